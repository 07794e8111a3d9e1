local name, wait, mayWait = ARGV[5], ARGV[6], ARGV[7]
if tonumber(redis.call('HGET', queue.key(name), 'unfinished') or '0') <= 0 then
  return answer('done')
end
if mayWait ~= '1' then
  return answer('busy')
end
join(queue.key(name, 'joiners'), 'queue', name, sid, wait)
return answer('waiting')
