-- A place of this machine takes a call, or waits for one.
return answer(pool.take(ARGV[5]))
