-- What stands between the kinds of objects and an operation on one of them.
if not alive(sid) then
  return { 'lost' }
end
drop(of(sid, 'done'), ARGV[3])
drop(of(sid, 'mail'), ARGV[4])
if op ~= '' then
  -- Its answer may have been lost with a connection: then it is asked for again, and must not be done twice.
  local done = redis.call('HGET', of(sid, 'done'), op)
  if done then
    return cmsgpack.unpack(done)
  end
end

local function answer(...)
  local result = { ... }
  if op ~= '' then
    redis.call('HSET', of(sid, 'done'), op, cmsgpack.pack(result))
  end
  return result
end

-- Parks a wait, unless it may not wait.
local function park(line, word, name, wait, mayWait)
  if mayWait ~= '1' then
    return 'busy'
  end
  join(line, word, name, sid, wait)
  return 'waiting'
end

-- How a wait ends that is given up: it leaves its line; or it had ended before, and its mail says how.
local function giveUp(line, kind, name, wait)
  if leave(line, kind, name, sid .. ':' .. wait) then
    return 'cancelled'
  end
  local text = redis.call('HGET', of(sid, 'mail'), wait)
  redis.call('HDEL', of(sid, 'mail'), wait)
  return 'ended', text or 'lost'
end
