-- A condition. `condition:NAME:line` is the line of those that wait to be notified; one that is goes to the line of the lock.
local condition = kind('condition')

-- Has a wait go on with the lock: at once if it is free, else once it is handed on to it.
function condition.wake(lockName, session, wait)
  local key = lock.key(lockName)
  if redis.call('HEXISTS', key, 'abandoned') == 1 then
    deliver(session, wait, 'abandoned')
  elseif redis.call('HEXISTS', key, 'session') == 0 then
    deliver(session, wait, 'granted ' .. lock.grant(lockName, session))
  else
    join(lock.line(lockName), 'lock', lockName, session, wait)
  end
end

function condition.died(name, session)
  purge(condition.line(name), session)
end
