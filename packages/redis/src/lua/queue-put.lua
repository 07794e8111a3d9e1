local name, kind, max, deliveries, wait, mayWait = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local bytes, priority, delay, key = ARGV[11], ARGV[12], ARGV[13], ARGV[14]
if not queue.ensure(name, kind, max, deliveries) then
  return answer('different')
end
if queue.isShut(name) then
  return answer('shutdown')
end
if key ~= '' and redis.call('HEXISTS', queue.key(name, 'ids'), key) == 1 then
  return answer('duplicate')
end
if not queue.isFull(name) then
  queue.store(name, bytes, priority, delay, key)
  queue.settle(name)
  return answer('put')
end
local how = park(queue.key(name, 'putters'), 'queue', name, wait, mayWait)
if how == 'waiting' then
  redis.call('HSET', queue.key(name, 'puts'), sid .. ':' .. wait, cmsgpack.pack({ bytes, priority, delay, key }))
end
return answer(how)
