return answer(giveUp(lock.line(ARGV[5]), 'lock', ARGV[5], ARGV[6]))
