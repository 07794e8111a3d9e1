local name, wait, mayWait = ARGV[5], ARGV[6], ARGV[7]
if redis.call('EXISTS', event.key(name)) == 1 then
  return answer('set')
end
if mayWait ~= '1' then
  return answer('busy')
end
join(event.line(name), 'event', name, sid, wait)
return answer('waiting')
