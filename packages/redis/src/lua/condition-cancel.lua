-- A wait that is given up takes the lock again, too: `late` if nobody had notified it, else `notified`. How it ends comes by mail.
local name, lockName, wait = ARGV[5], ARGV[6], ARGV[7]
if not leave(condition.line(name), 'condition', name, sid .. ':' .. wait) then
  return answer('notified')
end
condition.wake(lockName, sid, wait)
return answer('late')
