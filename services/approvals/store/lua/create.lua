-- Promises: one request id makes one approval; it is stored, indexed, logged, audited and announced, or nothing is.
-- KEYS 1 requests of the tenant, 2 approval, 3 log, 4 trimmed, 5 audit, 6 index of all, 7 index of the workflow,
--      8 index of its state, 9 due, 10 ended
-- ARGV 1 request id, 2 fingerprint of the request, 3 id, 4 tenant, 5 question, 6 standing, 7 deadline ms or '',
--      8 purge time ms or '' while it waits, 9 most that may wait, 10 log_max, 11 audit_max, 12 channel, 13 audit line
-- Returns {'created'}, {'repeat', 'ID FINGERPRINT' of the first request} or {'full'}
local first = redis.call('HGET', KEYS[1], ARGV[1])
if first then
  return {'repeat', first}
end
local waits = ARGV[8] == ''
if waits and redis.call('ZCARD', KEYS[8]) >= tonumber(ARGV[9]) then
  return {'full'}
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3] .. ' ' .. ARGV[2])
for at = 6, 8 do
  redis.call('ZADD', KEYS[at], 0, ARGV[3])
end
if waits then
  if ARGV[7] ~= '' then
    redis.call('ZADD', KEYS[9], ARGV[7], ARGV[3])
  end
else
  redis.call('ZADD', KEYS[10], ARGV[8], ARGV[3])
end
local cursor = journal(KEYS[3], KEYS[4], KEYS[5], ARGV[12], ARGV[10], ARGV[11], ARGV[4], ARGV[3], ARGV[6], ARGV[13])
redis.call('HSET', KEYS[2], 'request', ARGV[1], 'version', 1, 'question', ARGV[5], 'standing', ARGV[6], 'cursor', cursor)
return {'created'}
