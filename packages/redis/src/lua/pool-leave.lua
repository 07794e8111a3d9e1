-- A place waits no longer. A call that was promised to it goes to another.
local wait = ARGV[5]
if not pool.unpark(sid, sid .. ':' .. wait) then
  local id = pool.redeem(sid, wait)
  if id then
    pool.enter(id, pool.find(id))
  end
end
return answer('done')
