-- Calls of tasks, and the machines that run them: one for a namespace. A line is named `QUEUE MODULE`. `calls` has what belongs to each call, and
-- `payloads` its bytes; `by:SESSION` has the calls that a program submitted; `machines` has the lines that a machine serves, by queue. A call is in
-- one of three places:
--   waiting   `line:LINE`, by priority
--   promised  to a place of a machine that has waited for it: `promised:SESSION` by the place's wait, and `promisedTo` by the call
--   running   `running` has its machine, `at:SESSION` the machine's calls, `starts` how often it has started, if it may start again
-- `idle:LINE` has the places that wait for a call.
local pool = kind('pool')
local ALL = 'all'

local SUBMITTER, WAIT, LINE, RANK, RETRIES, PIECES = 1, 2, 3, 4, 5, 6

local function at(part)
  return pool.key(ALL, part)
end

function pool.count(what, line, by)
  redis.call('HINCRBY', at('counts'), what .. ' ' .. string.match(line, '^%S+'), by)
end

function pool.find(id)
  local packed = redis.call('HGET', at('calls'), id)
  return packed and cmsgpack.unpack(packed)
end

function pool.keep(id, call)
  redis.call('HSET', at('calls'), id, cmsgpack.pack(call))
end

-- The lines that a machine serves: a list for each of its queues.
function pool.linesOf(session)
  local packed = redis.call('HGET', at('machines'), session)
  return packed and cmsgpack.unpack(packed) or {}
end

local function eachLine(session, act)
  for _, lines in ipairs(pool.linesOf(session)) do
    for _, line in ipairs(lines) do
      act(line)
    end
  end
end

function pool.park(wait)
  eachLine(sid, function(line)
    join(at('idle:' .. line), 'pool', ALL, sid, wait)
  end)
end

-- Takes a place that waits out of all lines. Whether it waited.
function pool.unpark(session, entry)
  local found = false
  eachLine(session, function(line)
    found = leave(at('idle:' .. line), 'pool', ALL, entry) or found
  end)
  return found
end

-- Promises a call to the place that has waited longest, or has it wait.
function pool.enter(id, call)
  local session, wait, entry = first(at('idle:' .. call[LINE]), 'pool', ALL)
  if session then
    pool.unpark(session, entry)
    redis.call('HSET', at('promised:' .. session), wait, id)
    redis.call('HSET', at('promisedTo'), id, entry)
    refer(session, 'pool', ALL, 1)
    deliver(session, wait, 'call')
  else
    redis.call('ZADD', at('line:' .. call[LINE]), call[RANK], id)
    pool.count('queued', call[LINE], 1)
  end
end

-- The call that was promised to a place; nil if none is any longer.
function pool.redeem(session, wait)
  local id = redis.call('HGET', at('promised:' .. session), wait)
  if id then
    redis.call('HDEL', at('promised:' .. session), wait)
    redis.call('HDEL', at('promisedTo'), id)
    refer(session, 'pool', ALL, -1)
  end
  return id
end

-- The next call for this machine: of its first queue that has one, by priority, then by age.
function pool.next()
  for _, lines in ipairs(pool.linesOf(sid)) do
    local best, id, from
    for _, line in ipairs(lines) do
      local head = redis.call('ZRANGE', at('line:' .. line), 0, 0, 'WITHSCORES')
      local rank = tonumber(head[2])
      if rank and (not id or rank < best or (rank == best and head[1] < id)) then
        best, id, from = rank, head[1], line
      end
    end
    if id then
      redis.call('ZREM', at('line:' .. from), id)
      pool.count('queued', from, -1)
      return id
    end
  end
end

-- From now on it counts as started. Gives its number and its bytes.
function pool.start(id)
  local call = pool.find(id)
  redis.call('HSET', at('running'), id, sid)
  redis.call('SADD', at('at:' .. sid), id)
  refer(sid, 'pool', ALL, 1)
  pool.count('running', call[LINE], 1)
  if call[RETRIES] ~= 0 then
    redis.call('HINCRBY', at('starts'), id, 1)
  end
  -- A message that is lost does no harm: the program takes the call for one that waits.
  redis.call('SPUBLISH', of(call[SUBMITTER], 'mail'), 'r' .. call[WAIT] .. ' running')
  return id, redis.call('HGET', at('payloads'), id)
end

-- A place of this machine takes the next call; if there is none, it waits for one. The answer.
function pool.take(wait)
  local id = pool.next()
  if id then
    return 'call', pool.start(id)
  end
  pool.park(wait)
  return 'waiting'
end

function pool.stopped(id, call)
  local session = redis.call('HGET', at('running'), id)
  redis.call('HDEL', at('running'), id)
  redis.call('SREM', at('at:' .. session), id)
  refer(session, 'pool', ALL, -1)
  pool.count('running', call[LINE], -1)
end

function pool.pieces(name)
  return at('pieces:' .. name)
end

function pool.dropPieces(session, name)
  if name ~= '' then
    redis.call('DEL', pool.pieces(name))
    redis.call('SREM', of(session, 'own'), pool.pieces(name))
  end
end

function pool.forget(id, call)
  for _, part in ipairs({ 'calls', 'payloads', 'starts' }) do
    redis.call('HDEL', at(part), id)
  end
  redis.call('SREM', at('by:' .. call[SUBMITTER]), id)
  refer(call[SUBMITTER], 'pool', ALL, -1)
  pool.dropPieces(call[SUBMITTER], call[PIECES])
end

function pool.isAwaited(call)
  return call[WAIT] ~= '' and alive(call[SUBMITTER])
end

function pool.settle(id, call, text)
  local isAwaited = pool.isAwaited(call)
  pool.forget(id, call)
  if isAwaited then
    deliver(call[SUBMITTER], call[WAIT], text)
  end
end

-- What ran it has died: it starts again, if it says that it may.
function pool.crashed(id, call, text)
  local starts = tonumber(redis.call('HGET', at('starts'), id) or '1')
  if pool.isAwaited(call) and (call[RETRIES] < 0 or starts <= call[RETRIES]) then
    pool.enter(id, call)
  else
    pool.settle(id, call, text)
  end
end

-- `cancelled` if it had not started, and never will; else its machine is asked to stop it: `stopping`.
function pool.withdraw(id, call)
  if redis.call('ZREM', at('line:' .. call[LINE]), id) == 1 then
    pool.count('queued', call[LINE], -1)
    pool.forget(id, call)
    return 'cancelled'
  end
  local entry = redis.call('HGET', at('promisedTo'), id)
  if entry then
    pool.redeem(partsOf(entry))
    pool.forget(id, call)
    return 'cancelled'
  end
  local machine = redis.call('HGET', at('running'), id)
  if machine and alive(machine) then
    deliver(machine, 'x' .. id, 'stop')
  end
  return 'stopping'
end

function pool.abandon(id, call)
  call[WAIT] = ''
  pool.keep(id, call)
end

-- It is no machine any longer.
function pool.leaveService(session)
  local places = redis.call('HGET', at('places'), session) or 0
  for _, lines in ipairs(pool.linesOf(session)) do
    pool.count('places', lines[1], -places)
  end
  redis.call('HDEL', at('machines'), session)
  redis.call('HDEL', at('places'), session)
end

function pool.died(_, session)
  for _, id in ipairs(redis.call('SMEMBERS', at('by:' .. session))) do
    local call = pool.find(id)
    if pool.withdraw(id, call) == 'stopping' then
      pool.abandon(id, call)
    end
  end
  redis.call('DEL', at('by:' .. session))
  eachLine(session, function(line)
    purge(at('idle:' .. line), session)
  end)
  pool.leaveService(session)
  for _, wait in ipairs(redis.call('HKEYS', at('promised:' .. session))) do
    local id = pool.redeem(session, wait)
    pool.enter(id, pool.find(id))
  end
  local ran = redis.call('SMEMBERS', at('at:' .. session))
  table.sort(ran)
  for _, id in ipairs(ran) do
    local call = pool.find(id)
    pool.stopped(id, call)
    pool.crashed(id, call, 'crashed')
  end
end
