-- A lock. `lock:NAME` has `session` and `token` while it is held, `abandoned` after its holder died; `lock:NAME:line` those that wait.
local lock = kind('lock')

function lock.grant(name, session)
  local made = token()
  redis.call('HSET', lock.key(name), 'session', session, 'token', made)
  refer(session, 'lock', name, 1)
  return made
end

function lock.pass(name)
  local session, wait = shift(lock.line(name), 'lock', name)
  if session then
    deliver(session, wait, 'granted ' .. lock.grant(name, session))
  end
end

function lock.free(name)
  local holder = redis.call('HGET', lock.key(name), 'session')
  redis.call('HDEL', lock.key(name), 'session', 'token')
  refer(holder, 'lock', name, -1)
  lock.pass(name)
end

-- Whether this session holds it with that token.
function lock.isMine(name, held)
  local state = redis.call('HMGET', lock.key(name), 'session', 'token')
  return state[1] == sid and state[2] == held
end

function lock.died(name, session)
  local key = lock.key(name)
  purge(lock.line(name), session)
  if redis.call('HGET', key, 'session') ~= session then
    return
  end
  redis.call('HDEL', key, 'session', 'token')
  redis.call('HSET', key, 'abandoned', 1)
  deliverAll(lock.line(name), 'lock', name, 'abandoned')
end
