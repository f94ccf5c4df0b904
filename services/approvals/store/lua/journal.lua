-- Promises: one entry in the log of changes, one line in the audit, one hint for watchers. The log never holds more than
-- log_max entries, and the mark `trimmed` always names the newest entry that is gone. Shared by the scripts beside it.
local function journal(log, trimmed, audit, channel, log_max, audit_max, tenant, id, standing, line)
  local cursor = redis.call('XADD', log, '*', 'tenant', tenant, 'id', id, 'standing', standing)
  local length = redis.call('XLEN', log)
  local excess = math.min(length - tonumber(log_max), 1000)
  if excess > 0 then
    local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', excess)
    redis.call('SET', trimmed, oldest[#oldest][1])
    redis.call('XTRIM', log, 'MAXLEN', '=', length - excess)
  end
  redis.call('XADD', audit, 'MAXLEN', '~', audit_max, '*', 'line', line)
  redis.call('PUBLISH', channel, cursor)
  return cursor
end
