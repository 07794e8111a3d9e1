local name, initial, bounded, wait, mayWait = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
if not semaphore.ensure(name, initial, bounded) then
  return answer('different')
end
if tonumber(redis.call('HGET', semaphore.key(name), 'value')) > 0 then
  semaphore.take(name, sid)
  return answer('granted')
end
return answer(park(semaphore.line(name), 'semaphore', name, wait, mayWait))
