-- Counts the workflows that are due by Redis's clock and that nobody has taken yet.
--
-- KEYS  1 agenda (sorted set)
local time = redis.call('TIME')
return redis.call('ZCOUNT', KEYS[1], '-inf', time[1] * 1000 + math.floor(time[2] / 1000))
