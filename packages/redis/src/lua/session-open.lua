-- Begins a session, and looks for those that died. Gives the epoch: it changes if the data was lost.
redis.call('ZADD', SESSIONS, now + tonumber(ARGV[5]), sid)
redis.call('SET', P .. ':epoch', sid, 'NX')
sweep()
return { redis.call('GET', P .. ':epoch') }
