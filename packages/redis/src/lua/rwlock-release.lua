local name, mode, wait, held = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local key = rwlock.key(name)
if mode == 'write' then
  local state = redis.call('HMGET', key, 'session', 'token')
  if state[1] ~= sid or state[2] ~= held then
    return answer('other')
  end
  redis.call('HDEL', key, 'session', 'token')
elseif redis.call('HDEL', rwlock.key(name, 'readers'), sid .. ':' .. wait) == 0 then
  return answer('other')
end
refer(sid, 'rwlock', name, -1)
rwlock.pass(name)
return answer('released')
