local name, wait, mayWait = ARGV[5], ARGV[6], ARGV[7]
local key = lock.key(name)
if redis.call('HEXISTS', key, 'abandoned') == 1 then
  return answer('abandoned')
end
if redis.call('HEXISTS', key, 'session') == 0 then
  return answer('granted ' .. lock.grant(name, sid))
end
return answer(park(lock.line(name), 'lock', name, wait, mayWait))
