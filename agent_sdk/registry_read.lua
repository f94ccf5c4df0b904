#!lua
-- The line above, without "no-writes", lets Redis refuse this as it refuses a sign of life: full, read-only, unsafe.
-- Otherwise everybody would look silent to a reader while nobody could be heard.
--
-- Tells Redis' time and every entry of the registry as of that time: {time, {instance, entry, ...}}.
-- KEYS[1] registry
return {redis.call('TIME'), redis.call('HGETALL', KEYS[1])}
