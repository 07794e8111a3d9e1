-- Takes the item that was promised to a wait; `shutdown` if it was discarded.
local name, wait = ARGV[5], ARGV[6]
local entry = sid .. ':' .. wait
local promised = redis.call('HGET', queue.key(name, 'promised'), entry)
if not promised then
  return answer('shutdown')
end
redis.call('HDEL', queue.key(name, 'promised'), entry)
refer(sid, 'queue', name, -1)
local mode, id = string.match(promised, '^(%S+) (.*)$')
return answer(queue.consume(name, id, mode))
