-- Writes an instance's entry with Redis' own time as its sign of life, and tells that time.
-- Announces it on the bus when the caller says so, or when the entry was not there before.
-- KEYS[1] registry   ARGV[1] instance   ARGV[2] AgentInstance message without heartbeat_time
-- ARGV[3] channel    ARGV[4] "1" to announce in any case
local function varint(number)
  local bytes = {}
  repeat
    local low = number % 128
    number = math.floor(number / 128)
    if number > 0 then low = low + 128 end
    bytes[#bytes + 1] = string.char(low)
  until number == 0
  return table.concat(bytes)
end

local time = redis.call('TIME')
-- Protobuf fields may be appended: heartbeat_time is field 10 of AgentInstance, a Timestamp of seconds (1), nanos (2).
local stamp = '\8' .. varint(tonumber(time[1])) .. '\16' .. varint(tonumber(time[2]) * 1000)
local new = redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. '\82' .. varint(#stamp) .. stamp)
if new == 1 or ARGV[4] == '1' then
  redis.call('PUBLISH', ARGV[3], ARGV[1])
end
return time
