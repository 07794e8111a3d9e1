-- A lock. `lock:NAME` has `session` and `token` while it is held, `abandoned` after its holder died; `lock:NAME:line` those that wait.
local lock = {}
kinds.lock = lock

function lock.key(name)
  return P .. ':lock:' .. name
end

function lock.line(name)
  return lock.key(name) .. ':line'
end

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

-- `granted TOKEN`, `busy`, `abandoned`, or `waiting`.
function lock.acquire(name, wait, mayWait)
  local key = lock.key(name)
  if redis.call('HEXISTS', key, 'abandoned') == 1 then
    return 'abandoned'
  end
  if redis.call('HEXISTS', key, 'session') == 0 then
    return 'granted ' .. lock.grant(name, sid)
  end
  if not mayWait then
    return 'busy'
  end
  join(lock.line(name), 'lock', name, sid, wait)
  return 'waiting'
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
