-- Has a workflow looked at no later than in so many milliseconds by Redis's clock. An entry that is due sooner moves all
-- the same, by a millisecond: its owner sees that it is not as it left it.
--
-- KEYS  1 agenda (sorted set)
-- ARGV  1 id, 2 milliseconds from now
local time = redis.call('TIME')
local at = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
if before then at = math.min(at, before - 1) end
return redis.call('ZADD', KEYS[1], at, ARGV[1])
