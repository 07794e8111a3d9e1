return { redis.call('HGET', semaphore.key(ARGV[5]), 'value') or ARGV[6] }
