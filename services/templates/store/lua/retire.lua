-- Promises: the template leaves the list when it still is what the caller saw; its versions and its id stay taken.
-- KEYS 1 template, 2 live ids of its owner
-- ARGV 1 newest version seen, 2 id
-- Returns 1 when it left, 0 when its newest version is another
if redis.call('HGET', KEYS[1], 'newest') ~= ARGV[1] then
  return 0
end
redis.call('HDEL', KEYS[1], 'current')
redis.call('ZREM', KEYS[2], ARGV[2])
return 1
