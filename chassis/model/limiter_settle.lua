-- Promises: a budget is charged what a call really took, and never believed to hold more than the provider says.
-- ARGV tokens to give back (negative: to charge) of input, output; then limit and remaining of requests, input tokens,
-- output tokens as the provider told, -1 for what it did not tell
add('input', tonumber(ARGV[1]))
add('output', tonumber(ARGV[2]))
for index, name in ipairs({'requests', 'input', 'output'}) do
  local most, remaining = tonumber(ARGV[1 + 2 * index]), tonumber(ARGV[2 + 2 * index])
  if most > 0 then
    limit(name, most)
    state.buckets[name].told = true
    if remaining >= 0 then
      state.buckets[name].level = math.min(state.buckets[name].level, remaining)
    end
  end
end
save(1)
return 1
