-- A party that gives up breaks the barrier. Once its round is complete, a timeout has no effect, and an abort ends its own wait alone.
local name, wait, isAbort = ARGV[5], ARGV[6], ARGV[7]
local entry = sid .. ':' .. wait
if redis.call('ZSCORE', barrier.acting(name), entry) then
  if isAbort == '1' then
    leave(barrier.acting(name), 'barrier', name, entry)
    return answer('cancelled')
  end
  return answer('complete')
end
local how, text = giveUp(barrier.line(name), 'barrier', name, wait)
if how == 'cancelled' then
  barrier.breakIt(name)
end
return answer(how, text)
