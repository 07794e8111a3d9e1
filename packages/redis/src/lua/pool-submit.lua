local wait, line, rank, retries, pieces, payload = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local id = string.format('%016d', redis.call('HINCRBY', at('counts'), 'submitted', 1))
local call = { sid, wait, line, rank, tonumber(retries), pieces }
pool.keep(id, call)
redis.call('HSET', at('payloads'), id, payload)
redis.call('SADD', at('by:' .. sid), id)
refer(sid, 'pool', ALL, 1)
pool.enter(id, call)
return answer('waiting', id)
