-- What is left of sessions that died is put in order by whichever session beats next.
local function endSession(session)
  redis.call('ZREM', SESSIONS, session)
  for _, field in ipairs(redis.call('HKEYS', of(session, 'refs'))) do
    local kind, name = string.match(field, '^(%a+):(.*)$')
    kinds[kind].died(name, session)
  end
  for _, key in ipairs(redis.call('SMEMBERS', of(session, 'own'))) do
    redis.call('DEL', key)
  end
  redis.call('DEL', of(session, 'mail'), of(session, 'done'), of(session, 'refs'), of(session, 'own'))
end

local function sweep()
  for _, session in ipairs(redis.call('ZRANGEBYSCORE', SESSIONS, '-inf', now, 'LIMIT', 0, 16)) do
    endSession(session)
  end
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', P .. ':due', '-inf', now, 'LIMIT', 0, 64)) do
    queue.settle(name)
  end
end
