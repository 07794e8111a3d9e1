-- With a token: `released`, or `other` if that token no longer holds it. Without: whoever holds it; `free` if nobody does.
local name, held = ARGV[5], ARGV[6]
if held ~= '' and not lock.isMine(name, held) then
  return answer('other')
end
if redis.call('HEXISTS', lock.key(name), 'session') == 0 then
  return answer('free')
end
lock.free(name)
return answer('released')
