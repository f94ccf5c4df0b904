-- Books what a workflow has spent on a day so far, and tells what all of the tenant's workflows have. What counts is the
-- most that was ever told of a workflow, so telling it twice, late or out of order changes nothing.
-- Returns all of it in billionths of a US dollar, and '1' when there is more whose price nobody knows.
--
-- KEYS  1 spending of a tenant on a day (hash): by workflow; '=' the sum; '?' set when a price is not known
-- ARGV  1 workflow ('' = only look), 2 billionths of a US dollar, 3 '1' = a price is not known, 4 seconds to keep it
if ARGV[1] ~= '' then
  local more = tonumber(ARGV[2]) - tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
  if more > 0 then
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
    redis.call('HINCRBY', KEYS[1], '=', string.format('%d', more))
  end
  if ARGV[3] == '1' then redis.call('HSET', KEYS[1], '?', '1') end
  redis.call('EXPIRE', KEYS[1], ARGV[4])
end
return redis.call('HMGET', KEYS[1], '=', '?')
