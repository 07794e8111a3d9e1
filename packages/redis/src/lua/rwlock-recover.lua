return answer(redis.call('HDEL', rwlock.key(ARGV[5]), 'abandoned') == 1 and 'recovered' or 'sound')
