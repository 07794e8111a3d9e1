local name, parties, action, wait, mayWait = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
if not barrier.ensure(name, parties, action) then
  return answer('different')
end
if redis.call('HEXISTS', barrier.key(name), 'broken') == 1 then
  return answer('broken')
end
local isLast = redis.call('ZCARD', barrier.line(name)) + 1 >= tonumber(parties)
if mayWait ~= '1' and (not isLast or redis.call('HEXISTS', barrier.key(name), 'acting') == 1) then
  barrier.breakIt(name)
  return answer('broken')
end
join(barrier.line(name), 'barrier', name, sid, wait)
barrier.complete(name)
return answer('waiting')
