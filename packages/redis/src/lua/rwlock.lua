-- A lock for readers or one writer. `rwlock:NAME` has `session` and `token` of the writer, or `abandoned`; `:readers` has the reads, as
-- `session:wait`; `:writing` and `:reading` are the lines of those that wait for a write and for a read.
local rwlock = kind('rwlock')

function rwlock.line(name, mode)
  return rwlock.key(name, mode == 'write' and 'writing' or 'reading')
end

function rwlock.grant(name, mode, session, wait)
  local made = token()
  if mode == 'write' then
    redis.call('HSET', rwlock.key(name), 'session', session, 'token', made)
  else
    redis.call('HSET', rwlock.key(name, 'readers'), session .. ':' .. wait, made)
  end
  refer(session, 'rwlock', name, 1)
  return 'granted ' .. made
end

-- Lets in whom the lock has room for: the first writer, or all readers if no writer waits.
function rwlock.pass(name)
  local key = rwlock.key(name)
  if redis.call('HEXISTS', key, 'session') == 1 or redis.call('HEXISTS', key, 'abandoned') == 1 then
    return
  end
  if first(rwlock.line(name, 'write'), 'rwlock', name) then
    if redis.call('HLEN', rwlock.key(name, 'readers')) == 0 then
      local session, wait = shift(rwlock.line(name, 'write'), 'rwlock', name)
      deliver(session, wait, rwlock.grant(name, 'write', session, wait))
    end
    return
  end
  while true do
    local session, wait = shift(rwlock.line(name, 'read'), 'rwlock', name)
    if not session then
      return
    end
    deliver(session, wait, rwlock.grant(name, 'read', session, wait))
  end
end

function rwlock.isFree(name, mode)
  local key = rwlock.key(name)
  if redis.call('HEXISTS', key, 'session') == 1 or first(rwlock.line(name, 'write'), 'rwlock', name) then
    return false
  end
  return mode == 'read' or redis.call('HLEN', rwlock.key(name, 'readers')) == 0
end

function rwlock.died(name, session)
  local key = rwlock.key(name)
  purge(rwlock.line(name, 'write'), session)
  purge(rwlock.line(name, 'read'), session)
  for _, entry in ipairs(redis.call('HKEYS', rwlock.key(name, 'readers'))) do
    if partsOf(entry) == session then
      redis.call('HDEL', rwlock.key(name, 'readers'), entry)
    end
  end
  if redis.call('HGET', key, 'session') == session then
    redis.call('HDEL', key, 'session', 'token')
    redis.call('HSET', key, 'abandoned', 1)
    deliverAll(rwlock.line(name, 'write'), 'rwlock', name, 'abandoned')
    deliverAll(rwlock.line(name, 'read'), 'rwlock', name, 'abandoned')
  end
  rwlock.pass(name)
end
