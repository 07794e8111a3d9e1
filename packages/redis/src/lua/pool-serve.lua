-- This session is a machine with that many places, for those lines: `QUEUE MODULE`, those of a queue together.
local places = ARGV[5]
local queues, last = {}, nil
for i = 6, #ARGV do
  local queue = string.match(ARGV[i], '^%S+')
  if queue ~= last then
    table.insert(queues, {})
    last = queue
    pool.count('places', queue, places)
  end
  table.insert(queues[#queues], ARGV[i])
end
redis.call('HSET', at('machines'), sid, cmsgpack.pack(queues))
redis.call('HSET', at('places'), sid, places)
refer(sid, 'pool', ALL, 1)
return answer('done')
