local name = ARGV[5]
if ARGV[6] == '1' then
  redis.call('SET', event.key(name), 1)
  own(event.key(name), name)
  deliverAll(event.line(name), 'event', name, 'set')
else
  redis.call('DEL', event.key(name))
end
return answer('done')
