-- A semaphore. `semaphore:NAME` has its `value`, and with what it was made: `initial`, `bounded`. `:held` counts the permits of each session.
local semaphore = kind('semaphore')

function semaphore.ensure(name, initial, bounded)
  return ensure(semaphore.key(name), name, { 'initial', initial, 'bounded', bounded }, { 'value', initial })
end

function semaphore.take(name, session)
  redis.call('HINCRBY', semaphore.key(name), 'value', -1)
  redis.call('HINCRBY', semaphore.key(name, 'held'), session, 1)
  refer(session, 'semaphore', name, 1)
end

function semaphore.pass(name)
  while tonumber(redis.call('HGET', semaphore.key(name), 'value')) > 0 do
    local session, wait = shift(semaphore.line(name), 'semaphore', name)
    if not session then
      return
    end
    semaphore.take(name, session)
    deliver(session, wait, 'granted')
  end
end

-- Takes permits off what the session holds, as far as it holds any: it may release those of others.
function semaphore.unhold(name, session, n)
  local key = semaphore.key(name, 'held')
  local held = tonumber(redis.call('HGET', key, session) or '0')
  local less = math.min(held, n)
  if less == 0 then
    return
  end
  if redis.call('HINCRBY', key, session, -less) == 0 then
    redis.call('HDEL', key, session)
  end
  refer(session, 'semaphore', name, -less)
end

-- The permits of the dead come back; a bounded one has never more than at first.
function semaphore.died(name, session)
  local key = semaphore.key(name)
  purge(semaphore.line(name), session)
  local held = tonumber(redis.call('HGET', semaphore.key(name, 'held'), session) or '0')
  redis.call('HDEL', semaphore.key(name, 'held'), session)
  if held > 0 then
    local value = redis.call('HINCRBY', key, 'value', held)
    local state = redis.call('HMGET', key, 'initial', 'bounded')
    if state[2] == '1' and value > tonumber(state[1]) then
      redis.call('HSET', key, 'value', state[1])
    end
    semaphore.pass(name)
  end
end
