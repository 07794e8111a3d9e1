-- Sets it, adds to it, or exchanges it if it is as expected. The answer has the number before.
local name, type, initial, how, operand, expected = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
if not value.ensure(name, type, initial) then
  return answer('different')
end
local before = redis.call('HGET', value.key(name), 'value')
if how == 'add' then
  redis.call('HSET', value.key(name), 'value', value.sum(type, before, operand))
elseif how == 'set' or value.isSame(type, before, expected) then
  redis.call('HSET', value.key(name), 'value', operand)
end
return answer('done', before)
