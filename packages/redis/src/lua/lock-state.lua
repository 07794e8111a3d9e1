local state = redis.call('HMGET', lock.key(ARGV[5]), 'session', 'abandoned', 'token')
return { state[1] and '1' or '0', state[2] and '1' or '0', state[3] or '' }
