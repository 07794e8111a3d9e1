-- Starts the call that was promised to a place; `none` if it was cancelled.
local id = pool.redeem(sid, ARGV[5])
if id then
  return answer('call', pool.start(id))
end
return answer('none')
