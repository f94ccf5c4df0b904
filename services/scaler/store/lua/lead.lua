-- Promises: one process leads at a time, for as long as it renews; one that resigns makes room at once. Who begins to
-- lead begins a term, and from then on the record refuses those of the terms before.
-- KEYS 1 leader, 2 term, 3 terms; ARGV 1 name, 2 milliseconds (0 resigns), 3 election
-- Returns the number of the term when this process leads afterwards, else 0
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
if not leads then
  redis.call('HSET', KEYS[2], 'election', ARGV[3], 'number', redis.call('INCR', KEYS[3]))
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return tonumber(redis.call('GET', KEYS[3]))
