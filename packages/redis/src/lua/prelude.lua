-- What every script begins with. All keys of a namespace begin with KEYS[1], `{namespace}`: they are in one slot of a cluster.
-- ARGV: the session, the number of this operation ('' for one that only reads), numbers of earlier operations whose answers have arrived,
-- waits whose mail has arrived; then the operation's own arguments.
local P, sid, op = KEYS[1], ARGV[1], ARGV[2]
local clock = redis.call('TIME')
local micros = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
local now = math.floor(micros / 1000)
local SESSIONS = P .. ':sessions'

local function of(session, what)
  return P .. ':s:' .. session .. ':' .. what
end

-- A session lives until its lease has passed. One whose lease has passed never lives again.
local function alive(session)
  local expiry = redis.call('ZSCORE', SESSIONS, session)
  return expiry and tonumber(expiry) > now
end

local function drop(key, fields)
  for field in string.gmatch(fields, '[^,]+') do
    redis.call('HDEL', key, field)
  end
end

-- Tells a session how one of its waits has ended. The message is the fast way; the mail is read again until it is dropped.
local function deliver(session, wait, text)
  redis.call('HSET', of(session, 'mail'), wait, text)
  redis.call('SPUBLISH', of(session, 'mail'), wait .. ' ' .. text)
end

-- Rises with each call. It holds the time in microseconds, so that it rises after a loss of data, too.
local function token()
  local last = tonumber(redis.call('GET', P .. ':token') or '0')
  local made = string.format('%.0f', math.max(last + 1, micros))
  redis.call('SET', P .. ':token', made)
  return made
end

-- Counts what a session holds and waits for at an object: what is to be looked at if it dies.
local function refer(session, kind, name, by)
  local field = kind .. ':' .. name
  if redis.call('HINCRBY', of(session, 'refs'), field, by) <= 0 then
    redis.call('HDEL', of(session, 'refs'), field)
  end
end

-- A line of waits, `session:wait`, in the order in which they began.
local function join(line, kind, name, session, wait)
  redis.call('ZADD', line, redis.call('INCR', P .. ':place'), session .. ':' .. wait)
  refer(session, kind, name, 1)
end

local function partsOf(entry)
  return string.match(entry, '^([^:]+):(.*)$')
end

local function leave(line, kind, name, entry)
  if redis.call('ZREM', line, entry) == 0 then
    return false
  end
  refer((partsOf(entry)), kind, name, -1)
  return true
end

-- The first wait of a living session; waits of others are dropped.
local function first(line, kind, name)
  while true do
    local entry = redis.call('ZRANGE', line, 0, 0)[1]
    if not entry then
      return nil
    end
    local session, wait = partsOf(entry)
    if alive(session) then
      return session, wait, entry
    end
    leave(line, kind, name, entry)
  end
end

local function shift(line, kind, name)
  local session, wait, entry = first(line, kind, name)
  if session then
    leave(line, kind, name, entry)
  end
  return session, wait, entry
end

local function deliverAll(line, kind, name, text)
  while true do
    local session, wait = shift(line, kind, name)
    if not session then
      return
    end
    deliver(session, wait, text)
  end
end

-- Takes the waits of a session that died out of a line; how many there were.
local function purge(line, session)
  local found = 0
  for _, entry in ipairs(redis.call('ZRANGE', line, 0, -1)) do
    if partsOf(entry) == session then
      redis.call('ZREM', line, entry)
      found = found + 1
    end
  end
  return found
end

-- An object without a name belongs to the session that made it, and goes with it.
local function own(key, name)
  if string.sub(name, 1, 1) == '~' and string.find(name, sid, 2, true) then
    redis.call('SADD', of(sid, 'own'), key)
  end
end

-- Makes an object with these fields and values, unless it is there. Whether it was made with the same values. `start`: its other fields, at first.
local function ensure(key, name, made, start)
  local fields, values = {}, {}
  for i = 1, #made, 2 do
    fields[#fields + 1] = made[i]
    values[#values + 1] = made[i + 1]
  end
  local found = redis.call('HMGET', key, unpack(fields))
  if not found[1] then
    redis.call('HSET', key, unpack(made))
    if start then
      redis.call('HSET', key, unpack(start))
    end
    own(key, name)
    return true
  end
  for i, value in ipairs(values) do
    if found[i] ~= value then
      return false
    end
  end
  return true
end

local kinds = {}

-- A kind of objects: the keys of an object, its line of waits, and, added by each, what becomes of it if a session dies.
local function kind(word)
  local made = {}
  kinds[word] = made
  function made.key(name, part)
    return P .. ':' .. word .. ':' .. name .. (part and ':' .. part or '')
  end
  function made.line(name)
    return made.key(name, 'line')
  end
  return made
end
