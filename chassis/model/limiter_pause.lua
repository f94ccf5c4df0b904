-- Promises: nobody calls this model before the pause ends; many reports of one rate limit make one pause.
-- ARGV length of the pause (ms), distance of the first turn after it (ms)
-- Returns ms until the pause ends
state.open = math.max(state.open, now + tonumber(ARGV[1]))
state.slow, state.next = true, math.max(state.next, state.open + tonumber(ARGV[2]))
save(1)
return state.open - now
