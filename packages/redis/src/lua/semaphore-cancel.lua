return answer(giveUp(semaphore.line(ARGV[5]), 'semaphore', ARGV[5], ARGV[6]))
