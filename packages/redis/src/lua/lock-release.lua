-- With a token: `released`, or `other` if that token no longer holds it. Without: whoever holds it; `free` if nobody does.
local name, held = ARGV[5], ARGV[6]
local state = redis.call('HMGET', lock.key(name), 'session', 'token')
if held ~= '' and (state[1] ~= sid or state[2] ~= held) then
  return answer('other')
end
if not state[1] then
  return answer('free')
end
lock.free(name)
return answer('released')
