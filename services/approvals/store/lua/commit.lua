-- Promises: the next standing is written only onto the version it was made from. Of two writers one wins, and the
-- winner's standing, indexes, log entry, audit line and announcement are there together.
-- KEYS 1 approval, 2 log, 3 trimmed, 4 audit, 5 index of the old state, 6 index of the new state, 7 due, 8 ended
-- ARGV 1 expected version, 2 new version, 3 standing, 4 '1' when the content was edited, 5 edited content,
--      6 field of the remembered answer or '', 7 the answer, 8 '1' when no deadline is ahead any more,
--      9 purge time ms or '' while it waits, 10 id, 11 tenant, 12 log_max, 13 audit_max, 14 channel, 15 audit line
-- Returns 1 when written, 0 when the version is another or the approval is gone
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then
  return 0
end
if KEYS[5] ~= KEYS[6] then
  redis.call('ZREM', KEYS[5], ARGV[10])
  redis.call('ZADD', KEYS[6], 0, ARGV[10])
end
if ARGV[8] == '1' then
  redis.call('ZREM', KEYS[7], ARGV[10])
end
if ARGV[9] ~= '' then
  redis.call('ZADD', KEYS[8], ARGV[9], ARGV[10])
end
if ARGV[4] == '1' then
  redis.call('HSET', KEYS[1], 'edited', ARGV[5])
end
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[1], ARGV[6], ARGV[7])
end
local cursor = journal(KEYS[2], KEYS[3], KEYS[4], ARGV[14], ARGV[12], ARGV[13], ARGV[11], ARGV[10], ARGV[3], ARGV[15])
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'standing', ARGV[3], 'cursor', cursor)
return 1
