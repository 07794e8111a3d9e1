local name, lockName, held, n = ARGV[5], ARGV[6], ARGV[7], tonumber(ARGV[8])
if not lock.isMine(lockName, held) then
  return answer('other')
end
while n > 0 do
  local session, wait = shift(condition.line(name), 'condition', name)
  if not session then
    break
  end
  condition.wake(lockName, session, wait)
  n = n - 1
end
return answer('done')
