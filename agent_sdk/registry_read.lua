-- Tells Redis' time and every entry of the registry as of that time: {time, {instance, entry, ...}}.
-- KEYS[1] registry
return {redis.call('TIME'), redis.call('HGETALL', KEYS[1])}
