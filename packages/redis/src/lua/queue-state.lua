local name = ARGV[5]
local known = redis.call('EXISTS', queue.key(name)) == 1
return { tostring(known and queue.size(name) or 0), queue.isShut(name) and '1' or '0' }
