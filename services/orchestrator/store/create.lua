-- Writes a workflow that does not exist yet, with its first event. One that exists is left alone: creating twice is
-- harmless.
--
-- KEYS  1 state (hash), 2 log (stream)
-- ARGV  1 state, 2 public state, 3 event
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'epoch', '0', 'sequence', '1', 'published', '0', 'token', '', 'state', ARGV[1],
  'public', ARGV[2])
redis.call('XADD', KEYS[2], '1-0', 'e', ARGV[3])
return 1
