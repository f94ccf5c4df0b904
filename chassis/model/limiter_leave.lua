-- Promises: who gives up waiting stands in nobody's way, and what its turn was charged is given back.
-- ARGV ticket
local waiting, grant = 0, state.granted[ARGV[1]]
if grant then
  for name, amount in pairs(grant.cost) do
    add(name, amount)
  end
  state.granted[ARGV[1]] = nil
end
for _, tenant in pairs(state.tenants) do
  for _, flow in pairs(tenant.flows) do
    for index = #flow.queue, 1, -1 do
      if flow.queue[index].ticket == ARGV[1] then
        table.remove(flow.queue, index)
      end
    end
    waiting = waiting + #flow.queue
  end
end
save(waiting)
return 1
