-- Promises: a workflow's next state is written only onto the sequence it was made from, and what its events add is
-- added in the same step; so each event counts once, however often and by whomever it is brought. Names of agent types
-- and templates are kept up to a bound; the counters of the one that was silent longest go with its name.
-- KEYS 1 workflow, 2 open, 3 waiting, 4 agents, 5 templates, 6 moving, then the series, then the lists of outcomes
-- ARGV 1 expected sequence ('' none), 2 next sequence, 3 next state ('' forgets the workflow), 4 seconds to keep it
--      (0 while it is unfinished), 5 id, 6 time of its newest event ms, 7 changes as JSON: {
--        series: [{key, kind, name, counts: [[counter, by]], peaks: [[counter, value]]}],
--        outcomes: [{key, values: ['1' or '0', oldest first]}],
--        waits: [[member, since ms]], gone: [member] },
--      8 outcomes kept of an agent type, 9 agent types kept, 10 templates kept, 11 prefix of the tenant's keys,
--      12 '1' when the workflow runs and waits for no person
-- Returns 1 when written, 0 when the sequence is another
local expected = redis.call('HGET', KEYS[1], 'sequence') or ''
if expected ~= ARGV[1] then
  return 0
end
local changes = cjson.decode(ARGV[7])

local function remember(index, most, kind, name)
  redis.call('ZADD', index, 'GT', ARGV[6], name)
  while redis.call('ZCARD', index) > tonumber(most) do
    local silent = redis.call('ZPOPMIN', index)[1]
    redis.call('DEL', ARGV[11] .. kind .. ':' .. silent, ARGV[11] .. 'outcomes:' .. silent)
  end
end

for _, series in ipairs(changes.series) do
  local key = KEYS[series.key]
  for _, pair in ipairs(series.counts) do
    redis.call('HINCRBY', key, pair[1], pair[2])
  end
  for _, pair in ipairs(series.peaks) do
    local reached = tonumber(redis.call('HGET', key, pair[1]) or '0')
    if tonumber(pair[2]) > reached then
      redis.call('HSET', key, pair[1], pair[2])
    end
  end
  if series.kind == 'agent' then
    remember(KEYS[4], ARGV[9], 'agent', series.name)
  elseif series.kind == 'template' then
    remember(KEYS[5], ARGV[10], 'template', series.name)
  end
end

for _, outcomes in ipairs(changes.outcomes) do
  redis.call('LPUSH', KEYS[outcomes.key], unpack(outcomes.values))
  redis.call('LTRIM', KEYS[outcomes.key], 0, tonumber(ARGV[8]) - 1)
end
for _, member in ipairs(changes.gone) do
  redis.call('ZREM', KEYS[3], member)
end
for _, wait in ipairs(changes.waits) do
  redis.call('ZADD', KEYS[3], wait[2], wait[1])
end

if ARGV[12] == '1' then
  redis.call('ZADD', KEYS[6], ARGV[6], ARGV[5])
else
  redis.call('ZREM', KEYS[6], ARGV[5])
end
if ARGV[3] == '' then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[5])
  return 1
end
redis.call('HSET', KEYS[1], 'sequence', ARGV[2], 'state', ARGV[3])
if ARGV[4] == '0' then
  redis.call('PERSIST', KEYS[1])
  redis.call('ZADD', KEYS[2], ARGV[6], ARGV[5])
else
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  redis.call('ZREM', KEYS[2], ARGV[5])
end
return 1
