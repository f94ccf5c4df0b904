-- Promises: one process leads at a time, for as long as it renews; one that resigns makes room at once.
-- KEYS 1 leader; ARGV 1 name, 2 milliseconds (0 resigns)
-- Returns 1 when this process leads afterwards
local leads = redis.call('GET', KEYS[1])
if ARGV[2] == '0' then
  if leads == ARGV[1] then
    redis.call('DEL', KEYS[1])
  end
  return 0
end
if leads and leads ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
