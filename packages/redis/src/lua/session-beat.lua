-- Renews a lease. `lost` if it had passed, or if the data is not that in which the session began. Gives when the next delayed item is due.
if not alive(sid) or redis.call('GET', P .. ':epoch') ~= ARGV[6] then
  return { 'lost' }
end
redis.call('ZADD', SESSIONS, now + tonumber(ARGV[5]), sid)
sweep()
local due = redis.call('ZRANGE', P .. ':due', 0, 0, 'WITHSCORES')
return { 'alive', due[2] and string.format('%.0f', math.max(0, tonumber(due[2]) - now)) or '' }
