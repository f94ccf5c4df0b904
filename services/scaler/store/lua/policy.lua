-- Promises: a policy is written only onto the one it was made from, and never beyond the number that is kept.
-- KEYS 1 policies; ARGV 1 agent type, 2 the policy it was made from ('' none), 3 policy, 4 policies kept, 5 channel
-- Returns 'written', 'changed' or 'full'
local stored = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if stored ~= ARGV[2] then
  return 'changed'
end
if stored == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then
  return 'full'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PUBLISH', ARGV[5], ARGV[1])
return 'written'
