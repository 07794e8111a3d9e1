local name, mode, wait, mayWait = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
if redis.call('HEXISTS', rwlock.key(name), 'abandoned') == 1 then
  return answer('abandoned')
end
if rwlock.isFree(name, mode) then
  return answer(rwlock.grant(name, mode, sid, wait))
end
return answer(park(rwlock.line(name, mode), 'rwlock', name, wait, mayWait))
