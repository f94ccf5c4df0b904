-- Promises: a version of a policy is written only after the version it was made from, with its audit line, and once.
-- KEYS 1 policy, 2 names of the tenant's policies, 3 audit
-- ARGV 1 newest version expected, 0 for none, 2 new version, 3 the policy, 4 id, 5 most policies of a tenant,
--      6 most versions kept, 7 audit_max, 8 audit line or ''
-- Returns 'written', 'stale' or 'full'
local newest = tonumber(redis.call('HGET', KEYS[1], 'newest') or '0')
if newest ~= tonumber(ARGV[1]) then
  return 'stale'
end
if newest == 0 and redis.call('SCARD', KEYS[2]) >= tonumber(ARGV[5]) then
  return 'full'
end
local version = tonumber(ARGV[2])
redis.call('SADD', KEYS[2], ARGV[4])
redis.call('HSET', KEYS[1], 'newest', version, 'current', ARGV[3], 'v:' .. version, ARGV[3])
redis.call('HDEL', KEYS[1], 'v:' .. (version - tonumber(ARGV[6])))
if ARGV[8] ~= '' then
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', 'line', ARGV[8])
end
return 'written'
