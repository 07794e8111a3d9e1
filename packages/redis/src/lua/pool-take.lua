-- A place of this machine takes a call, or waits for one.
local wait = ARGV[5]
local id = pool.next()
if id then
  return answer('call', pool.start(id))
end
pool.park(wait)
return answer('waiting')
