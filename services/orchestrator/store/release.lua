-- Gives a workflow up, unless something happened that its owner has not seen: then it stays the owner's.
-- Returns 1 when given up (or never held), 0 when the owner has to look again.
--
-- KEYS  1 state (hash)
-- ARGV  1 epoch, 2 sequence
local held = redis.call('HMGET', KEYS[1], 'epoch', 'sequence')
if held[1] ~= ARGV[1] then return 1 end
if held[2] ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], 'owner')
return 1
