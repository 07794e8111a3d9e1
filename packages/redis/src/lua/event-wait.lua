local name, wait, mayWait = ARGV[5], ARGV[6], ARGV[7]
if redis.call('EXISTS', event.key(name)) == 1 then
  return answer('set')
end
return answer(park(event.line(name), 'event', name, wait, mayWait))
