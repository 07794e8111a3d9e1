-- A wait of `getters`, `putters` or `joiners` is given up. An item that was promised to it goes back, if the caller does not want it.
local name, line, wait, isAbort = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local entry = sid .. ':' .. wait
local how, text = giveUp(queue.key(name, line), 'queue', name, wait)
if how == 'cancelled' then
  redis.call('HDEL', queue.key(name, 'modes'), entry)
  redis.call('HDEL', queue.key(name, 'puts'), entry)
elseif isAbort == '1' then
  local promised = redis.call('HGET', queue.key(name, 'promised'), entry)
  if promised then
    redis.call('HDEL', queue.key(name, 'promised'), entry)
    refer(sid, 'queue', name, -1)
    queue.enter(name, string.match(promised, ' (.*)$'), true)
    queue.settle(name)
  end
end
return answer(how, text)
