-- Makes the caller the owner: raises the epoch, so that every step of an earlier owner is refused from here on.
-- Returns epoch, sequence, state, published; nothing when there is no such workflow.
--
-- KEYS  1 state (hash)
-- ARGV  1 owner
if redis.call('EXISTS', KEYS[1]) == 0 then return nil end
redis.call('HINCRBY', KEYS[1], 'epoch', 1)
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
return redis.call('HMGET', KEYS[1], 'epoch', 'sequence', 'state', 'published')
