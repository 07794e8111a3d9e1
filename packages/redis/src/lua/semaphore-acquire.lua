local name, initial, bounded, wait, mayWait = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
if not semaphore.ensure(name, initial, bounded) then
  return answer('different')
end
if tonumber(redis.call('HGET', semaphore.key(name), 'value')) > 0 then
  semaphore.take(name, sid)
  return answer('granted')
end
if mayWait ~= '1' then
  return answer('busy')
end
join(semaphore.line(name), 'semaphore', name, sid, wait)
return answer('waiting')
