-- `ack` and `nack` of an item that this session has received; `task` for one that it got.
local name, kind, max, deliveries, how, id, delay = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11]
if not queue.ensure(name, kind, max, deliveries) then
  return answer('different')
end
if how == 'task' then
  if tonumber(redis.call('HGET', queue.key(name), 'unfinished') or '0') <= 0 then
    return answer('many')
  end
  queue.finish(name, 1)
  return answer('done')
end
if redis.call('HGET', queue.key(name, 'received'), id) ~= sid then
  return answer('other')
end
redis.call('HDEL', queue.key(name, 'received'), id)
refer(sid, 'queue', name, -1)
if how == 'ack' then
  queue.forget(name, id)
  queue.finish(name, 1)
else
  queue.giveBack(name, id, tonumber(delay))
end
queue.settle(name)
return answer('done')
