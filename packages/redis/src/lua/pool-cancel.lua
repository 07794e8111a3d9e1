-- `cancelled`, `stopping`, or `ended` if it had ended before. Of one that is dropped, nobody waits for the result.
local id, isDropped = ARGV[5], ARGV[6]
local call = pool.find(id)
if not call or call[SUBMITTER] ~= sid then
  return answer('ended')
end
local how = pool.withdraw(id, call)
if how == 'stopping' and isDropped == '1' then
  pool.abandon(id, call)
end
return answer(how)
