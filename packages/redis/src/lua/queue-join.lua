local name, wait, mayWait = ARGV[5], ARGV[6], ARGV[7]
if tonumber(redis.call('HGET', queue.key(name), 'unfinished') or '0') <= 0 then
  return answer('done')
end
return answer(park(queue.key(name, 'joiners'), 'queue', name, wait, mayWait))
