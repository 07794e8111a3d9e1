local name, initial, bounded, n = ARGV[5], ARGV[6], ARGV[7], tonumber(ARGV[8])
if not semaphore.ensure(name, initial, bounded) then
  return answer('different')
end
local key = semaphore.key(name)
if bounded == '1' and tonumber(redis.call('HGET', key, 'value')) + n > tonumber(initial) then
  return answer('many')
end
redis.call('HINCRBY', key, 'value', ARGV[8])
semaphore.unhold(name, sid, n)
semaphore.pass(name)
return answer('released')
