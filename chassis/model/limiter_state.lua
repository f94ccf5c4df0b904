-- Stands before each of the limiter's steps: the state of one model, and the arithmetic on it.
-- KEYS[1] string, MessagePack: open (ms, end of the pause), slow and next (spacing after it), buckets (limit, level, told by the provider),
--   at (ms, last refill), round and tenants (who waits, see `first`), granted (tickets that may go).
-- All times are ms of the server's clock. The key expires by itself.
local MINUTE, KEEP, GRACE, MOST_WAITING = 60000, 3600000, 5000, 5000
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local stored = redis.call('GET', KEYS[1])
local state = stored and cmsgpack.unpack(stored)
  or {open = 0, slow = false, next = 0, buckets = {}, at = now, round = 0, tenants = {}, granted = {}}

-- Buckets fill evenly, a whole limit in a minute.
for _, bucket in pairs(state.buckets) do
  bucket.level = math.min(bucket.limit, bucket.level + bucket.limit * math.max(now - state.at, 0) / MINUTE)
end
state.at = now

-- Sets the limit of a bucket; a new one starts full.
local function limit(name, most)
  local bucket = state.buckets[name]
  if not bucket then
    state.buckets[name] = {limit = most, level = most}
  else
    bucket.limit, bucket.level = most, math.min(bucket.level, most)
  end
end

-- Adds to a bucket, if there is one; it may fall below nothing, never rise above its limit.
local function add(name, amount)
  local bucket = state.buckets[name]
  if bucket then
    bucket.level = math.min(bucket.limit, bucket.level + amount)
  end
end

-- Ms until all buckets hold what `cost` asks. What asks more than a limit goes when the bucket is full.
local function shortage(cost)
  local longest = 0
  for name, bucket in pairs(state.buckets) do
    local missing = math.min(cost[name] or 0, bucket.limit) - bucket.level
    longest = math.max(longest, math.ceil(missing * MINUTE / bucket.limit))
  end
  return longest
end

local function save(waiting)
  local known = next(state.buckets) ~= nil
  if not known and waiting == 0 and not state.slow and next(state.granted) == nil and state.open <= now then
    redis.call('DEL', KEYS[1])
    return
  end
  local rest = math.max(state.open - now, 0) + (known and KEEP or MINUTE)
  redis.call('SET', KEYS[1], cmsgpack.pack(state), 'PX', rest)
end
