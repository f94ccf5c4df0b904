-- Records the result of an effect that is in doubt and the caller's. Answers the result that stands, or nothing
-- when the effect is somebody else's by now.
-- KEYS[1] ledger   ARGV[1] effect   ARGV[2] token the effect was begun with   ARGV[3] result as JSON
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if stored == 'IN_DOUBT:' .. ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], 'DONE:' .. ARGV[3])
  return ARGV[3]
end
return stored and string.match(stored, '^DONE:(.*)$')
