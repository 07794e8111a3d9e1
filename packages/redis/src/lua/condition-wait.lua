local name, lockName, held, wait = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
if not lock.isMine(lockName, held) then
  return answer('other')
end
join(condition.line(name), 'condition', name, sid, wait)
lock.free(lockName)
return answer('waiting')
