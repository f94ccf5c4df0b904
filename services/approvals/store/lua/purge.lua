-- Promises: an approval whose retention is over leaves with everything that names it: indexes, request id, and the log
-- up to its last change, so that each entry of the log always finds its approval. One that is not due stays.
-- KEYS 1 approval, 2 requests of the tenant, 3 ended, 4 log, 5 trimmed, 6.. indexes it is in
-- ARGV 1 id, 2 now in ms
-- Returns 1 when purged, else 0
local due = redis.call('ZSCORE', KEYS[3], ARGV[1])
if not due or tonumber(due) > tonumber(ARGV[2]) then
  return 0
end
local held = redis.call('HMGET', KEYS[1], 'request', 'cursor')
if held[1] then
  redis.call('HDEL', KEYS[2], held[1])
end
if held[2] then
  local ms, sequence = string.match(held[2], '^(%d+)-(%d+)$')
  local removed = redis.call('XTRIM', KEYS[4], 'MINID', '=', ms .. '-' .. string.format('%d', tonumber(sequence) + 1))
  if removed > 0 then
    redis.call('SET', KEYS[5], held[2])
  end
end
redis.call('ZREM', KEYS[3], ARGV[1])
for at = 6, #KEYS do
  redis.call('ZREM', KEYS[at], ARGV[1])
end
redis.call('DEL', KEYS[1])
return 1
