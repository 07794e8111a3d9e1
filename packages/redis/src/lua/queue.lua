-- A queue. `queue:NAME` has with what it was made (`kind`, `max`, `deliveries`), `shut`, `seq` and `unfinished`. An item has an id. `:items` has its
-- bytes, `:priorities` its priority, `:counts` how often it was delivered, `:keys` and `:ids` the key that tells it from its copies.
-- An item is in one of four places: `:order`, `:delayed` until it is due, `:promised` to a wait of a getter (`session:wait` -> `mode id`), or
-- `:received` by a session that has not acknowledged it (id -> session).
local queue = kind('queue')

function queue.ensure(name, kind, max, deliveries)
  return ensure(queue.key(name), name, { 'kind', kind, 'max', max, 'deliveries', deliveries })
end

function queue.isShut(name)
  return redis.call('HEXISTS', queue.key(name), 'shut') == 1
end

-- How many items wait for a getter.
function queue.left(name)
  local order = queue.key(name, 'order')
  local kind = redis.call('HGET', queue.key(name), 'kind')
  local ready = kind == 'priority' and redis.call('ZCARD', order) or redis.call('LLEN', order)
  return ready + redis.call('ZCARD', queue.key(name, 'delayed'))
end

function queue.size(name)
  return queue.left(name) + redis.call('HLEN', queue.key(name, 'promised'))
end

function queue.isFull(name)
  local max = tonumber(redis.call('HGET', queue.key(name), 'max'))
  return max > 0 and queue.size(name) >= max
end

-- Puts an item in its place; one that comes back goes to the front.
function queue.enter(name, id, isBack)
  local order = queue.key(name, 'order')
  local kind = redis.call('HGET', queue.key(name), 'kind')
  if kind == 'priority' then
    redis.call('ZADD', order, redis.call('HGET', queue.key(name, 'priorities'), id) or '0', id)
  elseif kind == 'fifo' and isBack then
    redis.call('LPUSH', order, id)
  else
    redis.call('RPUSH', order, id)
  end
end

function queue.next(name)
  local order = queue.key(name, 'order')
  local kind = redis.call('HGET', queue.key(name), 'kind')
  if kind == 'priority' then
    return redis.call('ZPOPMIN', order)[1]
  end
  return redis.call(kind == 'fifo' and 'LPOP' or 'RPOP', order)
end

-- Says when the next of its delayed items is due, for those that beat.
function queue.schedule(name)
  local soonest = redis.call('ZRANGE', queue.key(name, 'delayed'), 0, 0, 'WITHSCORES')
  if soonest[1] then
    redis.call('ZADD', P .. ':due', soonest[2], name)
  else
    redis.call('ZREM', P .. ':due', name)
  end
end

function queue.delay(name, id, milliseconds)
  redis.call('ZADD', queue.key(name, 'delayed'), now + milliseconds, id)
  queue.schedule(name)
end

function queue.store(name, bytes, priority, delay, key)
  local id = string.format('%016d', redis.call('HINCRBY', queue.key(name), 'seq', 1))
  redis.call('HSET', queue.key(name, 'items'), id, bytes)
  redis.call('HINCRBY', queue.key(name), 'unfinished', 1)
  if priority ~= '0' then
    redis.call('HSET', queue.key(name, 'priorities'), id, priority)
  end
  if key ~= '' then
    redis.call('HSET', queue.key(name, 'ids'), key, id)
    redis.call('HSET', queue.key(name, 'keys'), id, key)
  end
  if tonumber(delay) > 0 then
    queue.delay(name, id, tonumber(delay))
  else
    queue.enter(name, id)
  end
end

-- An item is gone for good.
function queue.forget(name, id)
  local key = redis.call('HGET', queue.key(name, 'keys'), id)
  if key then
    redis.call('HDEL', queue.key(name, 'ids'), key)
    redis.call('HDEL', queue.key(name, 'keys'), id)
  end
  redis.call('HDEL', queue.key(name, 'items'), id)
  redis.call('HDEL', queue.key(name, 'priorities'), id)
  redis.call('HDEL', queue.key(name, 'counts'), id)
end

function queue.finish(name, n)
  if n > 0 and redis.call('HINCRBY', queue.key(name), 'unfinished', -n) == 0 then
    deliverAll(queue.key(name, 'joiners'), 'queue', name, 'done')
  end
end

-- Promises items to getters, and lets putters in, for as long as there are both items and getters, both room and putters.
function queue.settle(name)
  local due = redis.call('ZRANGEBYSCORE', queue.key(name, 'delayed'), '-inf', now)
  for _, id in ipairs(due) do
    redis.call('ZREM', queue.key(name, 'delayed'), id)
    queue.enter(name, id)
  end
  if #due > 0 then
    queue.schedule(name)
  end
  while true do
    local has = first(queue.key(name, 'getters'), 'queue', name)
    local id = has and queue.next(name)
    if id then
      local session, wait, entry = shift(queue.key(name, 'getters'), 'queue', name)
      local mode = redis.call('HGET', queue.key(name, 'modes'), entry)
      redis.call('HDEL', queue.key(name, 'modes'), entry)
      redis.call('HSET', queue.key(name, 'promised'), entry, mode .. ' ' .. id)
      refer(session, 'queue', name, 1)
      deliver(session, wait, 'item')
    elseif first(queue.key(name, 'putters'), 'queue', name) and not queue.isFull(name) then
      local session, wait, entry = shift(queue.key(name, 'putters'), 'queue', name)
      local put = cmsgpack.unpack(redis.call('HGET', queue.key(name, 'puts'), entry))
      redis.call('HDEL', queue.key(name, 'puts'), entry)
      queue.store(name, put[1], put[2], put[3], put[4])
      deliver(session, wait, 'put')
    else
      break
    end
  end
  if queue.isShut(name) and queue.left(name) == 0 then
    deliverAll(queue.key(name, 'getters'), 'queue', name, 'shutdown')
  end
end

-- Hands an item over to this session. With `receive` it stays in the queue until it is acknowledged.
function queue.consume(name, id, mode)
  local bytes = redis.call('HGET', queue.key(name, 'items'), id)
  if mode == 'get' then
    queue.forget(name, id)
    queue.settle(name)
    return 'item', bytes
  end
  redis.call('HSET', queue.key(name, 'received'), id, sid)
  refer(sid, 'queue', name, 1)
  local count = redis.call('HINCRBY', queue.key(name, 'counts'), id, 1)
  queue.settle(name)
  return 'item', bytes, id, tostring(count)
end

-- An item that was received and not acknowledged comes back; after its last delivery it goes to the queue of dead letters.
function queue.giveBack(name, id, delay)
  local deliveries = tonumber(redis.call('HGET', queue.key(name), 'deliveries'))
  local count = tonumber(redis.call('HGET', queue.key(name, 'counts'), id) or '0')
  if deliveries > 0 and count >= deliveries then
    local dead = name .. '.dead'
    queue.ensure(dead, 'fifo', '0', '0')
    queue.store(dead, redis.call('HGET', queue.key(name, 'items'), id), '0', '0', '')
    queue.settle(dead)
    queue.forget(name, id)
    queue.finish(name, 1)
  elseif delay > 0 then
    queue.delay(name, id, delay)
  else
    queue.enter(name, id, true)
  end
end

local function fieldsWith(key, session, isOf)
  local found = {}
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    if isOf(all[i], all[i + 1]) == session then
      table.insert(found, { all[i], all[i + 1] })
    end
  end
  return found
end

function queue.died(name, session)
  local function ofEntry(entry)
    return (partsOf(entry))
  end
  for part, line in pairs({ modes = 'getters', puts = 'putters', joiners = 'joiners' }) do
    purge(queue.key(name, line), session)
    if part ~= line then
      for _, pair in ipairs(fieldsWith(queue.key(name, part), session, ofEntry)) do
        redis.call('HDEL', queue.key(name, part), pair[1])
      end
    end
  end
  local returned = {}
  for _, pair in ipairs(fieldsWith(queue.key(name, 'promised'), session, ofEntry)) do
    redis.call('HDEL', queue.key(name, 'promised'), pair[1])
    table.insert(returned, (string.match(pair[2], ' (.*)$')))
  end
  -- The last first, so that the oldest is at the front in the end.
  table.sort(returned, function(a, b)
    return a > b
  end)
  for _, id in ipairs(returned) do
    queue.enter(name, id, true)
  end
  local received = fieldsWith(queue.key(name, 'received'), session, function(_, holder)
    return holder
  end)
  table.sort(received, function(a, b)
    return a[1] > b[1]
  end)
  for _, pair in ipairs(received) do
    redis.call('HDEL', queue.key(name, 'received'), pair[1])
    queue.giveBack(name, pair[1], 0)
  end
  queue.settle(name)
end
