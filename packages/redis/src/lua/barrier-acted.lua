local name, wait, outcome = ARGV[5], ARGV[6], ARGV[7]
if redis.call('HGET', barrier.key(name), 'acting') ~= sid .. ':' .. wait then
  return answer('other')
end
barrier.acted(name, outcome)
return answer('done')
