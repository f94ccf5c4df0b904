-- Promises: nobody calls this model before the pause ends; many reports of one rate limit make one pause.
-- KEYS[1] hash: until (pause ends), last (latest turn given), both ms of the server's clock
-- ARGV[1] length of the pause in ms
-- Returns ms until the pause ends
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = redis.call('HMGET', KEYS[1], 'until', 'last')
local pause = math.max(tonumber(stored[1] or '0') or 0, now + tonumber(ARGV[1]))
local last = tonumber(stored[2] or '0') or 0
redis.call('HSET', KEYS[1], 'until', pause)
redis.call('PEXPIRE', KEYS[1], math.max(pause, last) - now + 1000)
return pause - now
