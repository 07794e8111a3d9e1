local name, parties, action, how = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
if not barrier.ensure(name, parties, action) then
  return answer('different')
end
barrier.breakIt(name)
if how == 'reset' then
  redis.call('HDEL', barrier.key(name), 'broken')
end
return answer('done')
