-- Puts off the next look at a workflow, or takes it off the agenda, if its entry is where its last owner left it.
-- Whoever called for attention meanwhile, or owns it by now, has moved it, and is not overruled.
--
-- KEYS  1 agenda (sorted set)
-- ARGV  1 id, 2 where its owner left it, 3 milliseconds from now (-1 = off the agenda)
local at = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not at or tonumber(at) ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] == '-1' then return redis.call('ZREM', KEYS[1], ARGV[1]) end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3], ARGV[1])
return 1
