return answer(giveUp(event.line(ARGV[5]), 'event', ARGV[5], ARGV[6]))
