-- Promises: nobody goes before a pause ends, nor beyond a budget; turns go round robin over tenants, and over the
-- workflows of each, whatever the number that wait; after a pause callers leave one by one.
-- It is start-time fair queueing with equal weights: who was served in this round stands in the next one.
-- ARGV ticket, tenant, workflow, input tokens, output tokens, spacing (ms), jitter (thousandths), then configured limits
-- of requests, input tokens, output tokens (0: none)
-- Returns {ms until to ask again (0: go), ms the turn is away at least, 1 when a budget was charged}
local ticket, tenant_name, flow_name = ARGV[1], ARGV[2], ARGV[3]
local cost = {requests = 1, input = tonumber(ARGV[4]), output = tonumber(ARGV[5])}
local spacing, jitter = tonumber(ARGV[6]), tonumber(ARGV[7]) / 1000
for index, name in ipairs({'requests', 'input', 'output'}) do
  local most, bucket = tonumber(ARGV[7 + index]), state.buckets[name]
  if most > 0 and (not bucket or bucket.limit > most or not bucket.told) then
    limit(name, most)
  end
end
local metered = next(state.buckets) ~= nil and 1 or 0
if not stored and metered == 0 then
  return {0, 0, 0}
end

-- Whoever does not ask again, or does not take its turn, is gone.
local waiting, mine = 0, nil
for name, tenant in pairs(state.tenants) do
  for flow_id, flow in pairs(tenant.flows) do
    for index = #flow.queue, 1, -1 do
      local entry = flow.queue[index]
      if entry.ticket == ticket then
        mine = entry
      elseif entry.until_ < now then
        table.remove(flow.queue, index)
      end
    end
    waiting = waiting + #flow.queue
    if #flow.queue == 0 and flow.round <= tenant.round then
      tenant.flows[flow_id] = nil
    end
  end
  if next(tenant.flows) == nil and tenant.turn <= state.round then
    state.tenants[name] = nil
  end
end
for id, grant in pairs(state.granted) do
  if id ~= ticket and grant.until_ < now then
    state.granted[id] = nil
  end
end

-- A newer pause takes a turn back, and what it was charged.
local grant = state.granted[ticket]
if grant and state.open > now then
  for name, amount in pairs(grant.cost) do
    add(name, amount)
  end
  state.granted[ticket] = nil
  grant = nil
end

if not grant and not mine then
  if waiting >= MOST_WAITING then
    save(waiting)
    return {1000, 1000, metered}
  end
  local tenant = state.tenants[tenant_name] or {turn = state.round, round = 0, flows = {}}
  local flow = tenant.flows[flow_name] or {round = tenant.round, queue = {}}
  state.tenants[tenant_name], tenant.flows[flow_name] = tenant, flow
  mine = {ticket = ticket, cost = cost, until_ = 0}
  table.insert(flow.queue, mine)
  waiting = waiting + 1
end

-- The next to go: the tenant earliest in its rounds, of it the workflow earliest in its own, of that who came first.
local function first()
  local tenant, turn, tenant_id
  for name, each in pairs(state.tenants) do
    local start = math.max(each.turn, state.round)
    local waits = false
    for _, flow in pairs(each.flows) do
      waits = waits or #flow.queue > 0
    end
    if waits and (not tenant or start < turn or (start == turn and name < tenant_id)) then
      tenant, turn, tenant_id = each, start, name
    end
  end
  if not tenant then
    return nil
  end
  local flow, round, flow_id
  for name, each in pairs(tenant.flows) do
    local start = math.max(each.round, tenant.round)
    if #each.queue > 0 and (not flow or start < round or (start == round and name < flow_id)) then
      flow, round, flow_id = each, start, name
    end
  end
  return {tenant = tenant, turn = turn, flow = flow, round = round}
end

local road = 0
for _ = 1, 100 do
  local head = first()
  if not head then
    break
  end
  local entry = head.flow.queue[1]
  road = math.max(state.open - now, state.slow and state.next - now or 0, shortage(entry.cost))
  if road > 0 then
    break
  end
  table.remove(head.flow.queue, 1)
  state.round, head.tenant.turn = head.turn, head.turn + 1
  head.tenant.round, head.flow.round = head.round, head.round + 1
  state.next = now + spacing
  for name, amount in pairs(entry.cost) do
    add(name, -amount)
  end
  state.granted[entry.ticket] = {until_ = math.max(now + GRACE, entry.until_), cost = entry.cost}
  waiting = waiting - 1
end
if waiting == 0 then
  state.tenants, state.round = {}, 0
  state.slow = state.slow and state.next > now
end

if state.granted[ticket] then
  state.granted[ticket] = nil
  save(waiting)
  return {0, 0, metered}
end
-- The more wait, the less often each asks; any of them moves the whole queue on.
-- A budget may fill sooner than it seems, when calls took less than was expected; a pause does not end sooner.
local again = math.max(state.open - now, math.min(road, 1000), 1) + math.floor(math.min(500, 4 * waiting) * jitter)
mine.until_ = now + again + GRACE
save(waiting)
return {again, math.max(state.open - now, shortage(cost)), metered}
