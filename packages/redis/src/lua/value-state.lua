local state = redis.call('HMGET', value.key(ARGV[5]), 'value', 'type', 'initial')
if not state[1] then
  return { 'done', ARGV[7] }
end
if state[2] ~= ARGV[6] or state[3] ~= ARGV[7] then
  return { 'different' }
end
return { 'done', state[1] }
