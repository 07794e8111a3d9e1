return answer(redis.call('HDEL', lock.key(ARGV[5]), 'abandoned') == 1 and 'recovered' or 'sound')
