-- Promises: a decision of a term that is over is not recorded; its number is the next one, and the record and the
-- newest decision of its agent type are there together.
-- KEYS 1 term, 2 sequence, 3 decisions, 4 newest
-- ARGV 1 election, 2 number of the term, 3 agent type, 4 decision, 5 decisions kept
-- Returns its number, 0 when a later term of the same election has begun
local known = redis.call('HMGET', KEYS[1], 'election', 'number')
if known[1] == ARGV[1] and tonumber(known[2]) > tonumber(ARGV[2]) then
  return 0
end
redis.call('HSET', KEYS[1], 'election', ARGV[1], 'number', ARGV[2])
local sequence = redis.call('INCR', KEYS[2])
redis.call('XADD', KEYS[3], 'MAXLEN', ARGV[5], '*', 'sequence', sequence, 'agent_type', ARGV[3], 'decision', ARGV[4])
redis.call('HSET', KEYS[4], ARGV[3], sequence .. ' ' .. ARGV[4])
return sequence
