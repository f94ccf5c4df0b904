-- Takes a workflow off the agenda, unless somebody wants it sooner than the given time: then it has work again.
--
-- KEYS  1 agenda (sorted set)
-- ARGV  1 id, 2 milliseconds from now
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at = redis.call('ZSCORE', KEYS[1], ARGV[1])
if at and tonumber(at) > now + ARGV[2] then redis.call('ZREM', KEYS[1], ARGV[1]) end
return 1
