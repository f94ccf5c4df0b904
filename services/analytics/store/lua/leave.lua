-- Promises: only a consumer that holds nothing leaves the group, so no event is lost with it.
-- KEYS 1 stream; ARGV 1 group, 2 consumer ('' stands for every one that was idle long enough), 3 idle ms
-- Returns how many left
local left = 0
for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local seen = {}
  for at = 1, #row, 2 do
    seen[row[at]] = row[at + 1]
  end
  local named = seen['name'] == ARGV[2]
  local silent = ARGV[2] == '' and seen['idle'] >= tonumber(ARGV[3])
  if seen['pending'] == 0 and (named or silent) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], seen['name'])
    left = left + 1
  end
end
return left
