-- Promises: a version of a template is written only onto what the writer saw, once, and a repeated request id finds the
-- first answer. Nobody sees a version that is not listed, or a listed id without a version.
-- KEYS 1 template of the owner, 2 live ids of the owner, 3 shipped template of the same id, 4 the request
-- ARGV 1 the owner's newest version seen, 0 for none, 2 the shipped newest version seen, 0 for none, 3 new version,
--      4 the template, 5 id, 6 most templates of an owner, 7 most versions, 8 answer to remember or '',
--      9 seconds to remember it
-- Returns {'written'}, {'repeat', answer}, {'stale'}, {'full'} or {'full of versions'}
if ARGV[8] ~= '' then
  local first = redis.call('GET', KEYS[4])
  if first then
    return {'repeat', first}
  end
end
local own = redis.call('HGET', KEYS[1], 'newest') or '0'
local shipped = redis.call('HGET', KEYS[3], 'newest') or '0'
if own ~= ARGV[1] or shipped ~= ARGV[2] then
  return {'stale'}
end
if own == '0' and redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[6]) then
  return {'full'}
end
if redis.call('HLEN', KEYS[1]) - 2 >= tonumber(ARGV[7]) then
  return {'full of versions'}
end
redis.call('HSET', KEYS[1], 'newest', ARGV[3], 'current', ARGV[4], 'v:' .. ARGV[3], ARGV[4])
redis.call('ZADD', KEYS[2], 0, ARGV[5])
if ARGV[8] ~= '' then
  redis.call('SET', KEYS[4], ARGV[8], 'EX', ARGV[9])
end
return {'written'}
