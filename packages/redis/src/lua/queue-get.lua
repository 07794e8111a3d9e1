local name, kind, max, deliveries, wait, mayWait, mode = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11]
if not queue.ensure(name, kind, max, deliveries) then
  return answer('different')
end
queue.settle(name)
-- Getters that wait have been served by now: what is left is nobody's.
local id = queue.next(name)
if id then
  return answer(queue.consume(name, id, mode))
end
if queue.isShut(name) and queue.left(name) == 0 then
  return answer('shutdown')
end
local how = park(queue.key(name, 'getters'), 'queue', name, wait, mayWait)
if how == 'waiting' then
  redis.call('HSET', queue.key(name, 'modes'), sid .. ':' .. wait, mode)
end
return answer(how)
