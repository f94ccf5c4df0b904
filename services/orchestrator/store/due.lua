-- Takes workflows that need attention: each taken one gets the lease's end as its next time, so that it comes due by
-- itself when its owner dies. The clock is Redis's, so the clocks of processes do not matter.
-- Returns the lease's end and the ids taken.
--
-- KEYS  1 agenda (sorted set)
-- ARGV  1 lease in milliseconds, 2 how many at most
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[2])
for _, id in ipairs(ids) do redis.call('ZADD', KEYS[1], now + ARGV[1], id) end
return {now + ARGV[1], ids}
