-- Says when workflows need attention next, in milliseconds from now by Redis's clock.
--
-- KEYS  1 agenda (sorted set)
-- ARGV  1 how: ANY (add or move), KNOWN (move only what stands on the agenda), SOONER (add, or move to an earlier time)
--       2... id, delay, id, delay, ...
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 2, #ARGV, 2 do
  local at = now + ARGV[i + 1]
  if ARGV[1] == 'KNOWN' then
    redis.call('ZADD', KEYS[1], 'XX', at, ARGV[i])
  elseif ARGV[1] == 'SOONER' then
    redis.call('ZADD', KEYS[1], 'LT', at, ARGV[i])
  else
    redis.call('ZADD', KEYS[1], at, ARGV[i])
  end
end
return 1
