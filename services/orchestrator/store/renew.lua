-- Lengthens leases. Each entry that stands on the agenda comes due when the lease ends from now.
-- Returns for each when that is; 0 when somebody else moved the entry since its owner left it, so that the owner cannot
-- take it for its own before it has renewed it once more.
--
-- KEYS  1 agenda (sorted set)
-- ARGV  1 lease in milliseconds, 2... id, where its owner left it (0 = not known), id, ...
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
local renewed = {}
for i = 2, #ARGV, 2 do
  local at = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if at then redis.call('ZADD', KEYS[1], ends, ARGV[i]) end
  local same = at and (ARGV[i + 1] == '0' or tonumber(at) == tonumber(ARGV[i + 1]))
  renewed[#renewed + 1] = same and ends or 0
end
return renewed
