local key = barrier.key(ARGV[5])
return { tostring(redis.call('ZCARD', barrier.line(ARGV[5]))), tostring(redis.call('HEXISTS', key, 'broken')) }
