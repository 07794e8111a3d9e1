-- A call has ended here: `value`, `error`, `cancelled` or `crashed`, with what its caller is told. The place takes the next one, if it may wait for it.
local id, how, text, pieces, wait, mayWait = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local call = pool.find(id)
if call and redis.call('HGET', at('running'), id) == sid then
  pool.stopped(id, call)
  if pieces ~= '' and pool.isAwaited(call) then
    -- They are the caller's now, and go with it.
    redis.call('SREM', of(sid, 'own'), pool.pieces(pieces))
    redis.call('SADD', of(call[SUBMITTER], 'own'), pool.pieces(pieces))
  else
    pool.dropPieces(sid, pieces)
  end
  if how == 'crashed' then
    pool.crashed(id, call, text)
  else
    pool.settle(id, call, text)
  end
else
  pool.dropPieces(sid, pieces)
end
if mayWait ~= '1' then
  return answer('done')
end
return answer(pool.take(wait))
