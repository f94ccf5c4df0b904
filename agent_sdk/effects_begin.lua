-- Takes an effect for the caller, if nobody has it or the one who had it is the one the caller knows of.
-- Answers {"BEGUN"}, or what stands: {"DONE", result} or {"IN_DOUBT", token of who began it}.
-- KEYS[1] ledger   ARGV[1] effect   ARGV[2] caller's token   ARGV[3] token it may take over, or its own
-- ARGV[4] lifetime in seconds
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if stored and stored ~= 'IN_DOUBT:' .. ARGV[3] then
  local state, rest = string.match(stored, '^([A-Z_]+):(.*)$')
  return {state, rest}
end
redis.call('HSET', KEYS[1], ARGV[1], 'IN_DOUBT:' .. ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {'BEGUN'}
