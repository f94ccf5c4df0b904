-- The one way to change a workflow. Promises, all or nothing: the owner is still the owner, nothing happened since the
-- state the decision was made on, the new state and the events are written together, watchers are woken, and so is the
-- owner when it is not its own step.
-- Sending the same step twice does it once: the step's token is kept. Tells who owns the workflow.
--
-- KEYS  1 state (hash), 2 log (stream)
-- ARGV  1 epoch, 2 expected sequence, 3 token, 4 new state ('' = unchanged), 5 public state, 6 channel,
--       7 longest log, 8 seconds until all of it is forgotten (0 = not yet), 9 channel of the owner ('' = it is the
--       owner's own step), 10 id for it, 11... events
local held = redis.call('HMGET', KEYS[1], 'epoch', 'sequence', 'token', 'owner')
if not held[1] then return {'MISSING'} end
if held[3] == ARGV[3] then return {'DONE', held[2], held[4] or ''} end
if held[1] ~= ARGV[1] then return {'FENCED', held[1]} end
if held[2] ~= ARGV[2] then return {'CONFLICT', held[2]} end

local sequence = tonumber(held[2])
for i = 11, #ARGV do
  sequence = sequence + 1
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[7], string.format('%d-0', sequence), 'e', ARGV[i])
end
local now = string.format('%d', sequence)
redis.call('HSET', KEYS[1], 'sequence', now, 'token', ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'state', ARGV[4], 'public', ARGV[5]) end
if ARGV[8] ~= '0' then
  redis.call('EXPIRE', KEYS[1], ARGV[8])
  redis.call('EXPIRE', KEYS[2], ARGV[8])
else
  redis.call('PERSIST', KEYS[1])
  redis.call('PERSIST', KEYS[2])
end
redis.call('PUBLISH', ARGV[6], now)
if ARGV[9] ~= '' then redis.call('PUBLISH', ARGV[9], ARGV[10]) end
return {'DONE', now, held[4] or ''}
