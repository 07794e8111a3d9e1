if not alive(sid) then
  return { 'lost' }
end
drop(of(sid, 'done'), ARGV[3])
drop(of(sid, 'mail'), ARGV[4])
return redis.call('HGETALL', of(sid, 'mail'))
