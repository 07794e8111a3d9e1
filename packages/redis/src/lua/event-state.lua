return { tostring(redis.call('EXISTS', event.key(ARGV[5]))) }
