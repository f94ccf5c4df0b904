-- Promises: only the leader of this very moment records a decision; its number is the next one, and the record and the
-- newest decision of its agent type are there together.
-- KEYS 1 leader, 2 sequence, 3 decisions, 4 newest
-- ARGV 1 name, 2 agent type, 3 decision, 4 decisions kept
-- Returns its number, 0 when somebody else leads
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
local sequence = redis.call('INCR', KEYS[2])
redis.call('XADD', KEYS[3], 'MAXLEN', ARGV[4], '*', 'sequence', sequence, 'agent_type', ARGV[2], 'decision', ARGV[3])
redis.call('HSET', KEYS[4], ARGV[2], sequence .. ' ' .. ARGV[3])
return sequence
