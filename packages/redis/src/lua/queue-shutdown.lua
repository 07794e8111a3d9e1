local name, kind, max, deliveries, isImmediate = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
if not queue.ensure(name, kind, max, deliveries) then
  return answer('different')
end
redis.call('HSET', queue.key(name), 'shut', 1)
deliverAll(queue.key(name, 'putters'), 'queue', name, 'shutdown')
redis.call('DEL', queue.key(name, 'puts'))
if isImmediate == '1' then
  local dropped = 0
  local function discard(id)
    queue.forget(name, id)
    dropped = dropped + 1
  end
  local id = queue.next(name)
  while id do
    discard(id)
    id = queue.next(name)
  end
  for _, delayed in ipairs(redis.call('ZRANGE', queue.key(name, 'delayed'), 0, -1)) do
    discard(delayed)
  end
  redis.call('DEL', queue.key(name, 'delayed'))
  queue.schedule(name)
  local promised = redis.call('HGETALL', queue.key(name, 'promised'))
  for i = 1, #promised, 2 do
    refer((partsOf(promised[i])), 'queue', name, -1)
    discard((string.match(promised[i + 1], ' (.*)$')))
  end
  redis.call('DEL', queue.key(name, 'promised'))
  queue.finish(name, dropped)
end
queue.settle(name)
return answer('done')
