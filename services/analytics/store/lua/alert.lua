-- Promises: of several replicas that see the same thing, one writes it. An alert begins only when none fires under its
-- key, and changes or ends only while it is the one that fires; the alert, the lists, the entry in the stream of changes
-- and the hint are there together. Of more alerts than are kept, the oldest that do not fire go.
-- KEYS 1 firing, 2 alerts, 3 ids, 4 changes
-- ARGV 1 key, 2 id, 3 'begin', 'change' or 'end', 4 alert, 5 alerts kept, 6 changes kept, 7 channel, 8 tenant
-- Returns 1 when written
local fires = redis.call('HGET', KEYS[1], ARGV[1])
if ARGV[3] == 'begin' then
  if fires then
    return 0
  end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
elseif fires ~= ARGV[2] or redis.call('HGET', KEYS[2], ARGV[2]) == ARGV[4] then
  return 0
elseif ARGV[3] == 'end' then
  redis.call('HDEL', KEYS[1], ARGV[1])
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[4])
redis.call('ZADD', KEYS[3], 0, ARGV[2])

local excess = redis.call('ZCARD', KEYS[3]) - tonumber(ARGV[5])
if excess > 0 then
  local firing = {}
  for _, id in ipairs(redis.call('HVALS', KEYS[1])) do
    firing[id] = true
  end
  for _, id in ipairs(redis.call('ZRANGE', KEYS[3], 0, 2 * tonumber(ARGV[5]))) do
    if excess > 0 and not firing[id] then
      redis.call('ZREM', KEYS[3], id)
      redis.call('HDEL', KEYS[2], id)
      excess = excess - 1
    end
  end
end

redis.call('XADD', KEYS[4], 'MAXLEN', ARGV[6], '*', 'alert', ARGV[4])
redis.call('PUBLISH', ARGV[7], ARGV[8])
return 1
