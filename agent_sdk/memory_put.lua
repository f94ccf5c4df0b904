-- Writes a value of the blackboard with the next version, if the version is the expected one and there is room.
-- Answers {1, new version}, {0, found version} when the version differs, or {-1, number of keys} when it is full.
-- KEYS[1] blackboard   ARGV[1] key   ARGV[2] value as JSON   ARGV[3] expected version or ""
-- ARGV[4] most keys   ARGV[5] lifetime in seconds
local stored = redis.call('HGET', KEYS[1], ARGV[1])
local found = stored and tonumber(string.match(stored, '^(%d+):')) or 0
if ARGV[3] ~= '' and tonumber(ARGV[3]) ~= found then
  return {0, found}
end
if not stored then
  local keys = redis.call('HLEN', KEYS[1])
  if keys >= tonumber(ARGV[4]) then return {-1, keys} end
end
local version = found + 1
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d:', version) .. ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return {1, version}
