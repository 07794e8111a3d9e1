local name, wait, mayWait = ARGV[5], ARGV[6], ARGV[7]
return answer(lock.acquire(name, wait, mayWait == '1'))
