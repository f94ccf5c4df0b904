-- Promises: after a pause, callers of one model leave one after another, never together.
-- A caller without a turn gets 0 when the road is open, else a turn behind everybody who came before.
-- A caller whose turn came keeps it, unless a newer pause reaches beyond it.
-- KEYS[1] hash: until (pause ends), last (latest turn given), both ms of the server's clock
-- ARGV[1] the turn already held in ms, 0 for none; ARGV[2] distance to the turn before, ms
-- Returns {ms to wait, turn in ms}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = redis.call('HMGET', KEYS[1], 'until', 'last')
local pause = tonumber(stored[1] or '0') or 0
local last = tonumber(stored[2] or '0') or 0
local held = tonumber(ARGV[1])
if held > 0 and held >= pause then
  return {math.max(held - now, 0), held}
end
local earliest = math.max(pause, last)
if earliest <= now then
  return {0, 0}
end
local turn = earliest + tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'last', turn)
redis.call('PEXPIRE', KEYS[1], math.max(turn - now, pause - now) + 1000)
return {turn - now, turn}
