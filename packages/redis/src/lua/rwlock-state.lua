local key = rwlock.key(ARGV[5])
local state = redis.call('HMGET', key, 'session', 'abandoned')
return { tostring(redis.call('HLEN', rwlock.key(ARGV[5], 'readers'))), state[1] and '1' or '0', state[2] and '1' or '0' }
