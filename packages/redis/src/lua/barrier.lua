-- A barrier. `barrier:NAME` has with what it was made (`parties`, `action`), `broken`, and `acting`: the party that runs the action of a round.
-- `:line` has the parties that wait; `:acting` those of the round whose action runs.
local barrier = kind('barrier')

function barrier.acting(name)
  return barrier.key(name, 'acting')
end

function barrier.ensure(name, parties, action)
  return ensure(barrier.key(name), name, { 'parties', parties, 'action', action })
end

function barrier.breakIt(name)
  redis.call('HSET', barrier.key(name), 'broken', 1)
  deliverAll(barrier.line(name), 'barrier', name, 'broken')
end

-- Lets a round go on for which all parties have come. The last of them runs the action first, if there is one.
function barrier.complete(name)
  local key = barrier.key(name)
  local state = redis.call('HMGET', key, 'parties', 'action', 'acting')
  local parties = tonumber(state[1])
  while not state[3] and redis.call('ZCARD', barrier.line(name)) >= parties do
    local entries = redis.call('ZRANGE', barrier.line(name), 0, parties - 1)
    for place, entry in ipairs(entries) do
      local session, wait = partsOf(entry)
      if state[2] == '0' then
        leave(barrier.line(name), 'barrier', name, entry)
        deliver(session, wait, 'passed ' .. (place - 1))
      elseif place < parties then
        redis.call('ZREM', barrier.line(name), entry)
        redis.call('ZADD', barrier.acting(name), place, entry)
      else
        -- It is still referred to, so that its death is seen.
        redis.call('ZREM', barrier.line(name), entry)
        redis.call('HSET', key, 'acting', entry)
        deliver(session, wait, 'act ' .. (place - 1))
      end
    end
    if state[2] == '1' then
      return
    end
  end
end

-- Ends the action of a round: `passed`, or `broken` if it failed.
function barrier.acted(name, outcome)
  local key = barrier.key(name)
  refer((partsOf(redis.call('HGET', key, 'acting'))), 'barrier', name, -1)
  redis.call('HDEL', key, 'acting')
  local place = 0
  while true do
    local session, wait = shift(barrier.acting(name), 'barrier', name)
    if not session then
      break
    end
    deliver(session, wait, outcome == 'passed' and 'passed ' .. place or outcome)
    place = place + 1
  end
  if outcome == 'broken' then
    barrier.breakIt(name)
  else
    barrier.complete(name)
  end
end

function barrier.died(name, session)
  purge(barrier.acting(name), session)
  local acting = redis.call('HGET', barrier.key(name), 'acting')
  if acting and partsOf(acting) == session then
    barrier.acted(name, 'broken')
  end
  if purge(barrier.line(name), session) > 0 then
    barrier.breakIt(name)
  end
end
