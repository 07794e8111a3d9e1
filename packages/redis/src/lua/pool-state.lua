local counts = redis.call('HMGET', at('counts'), 'queued ' .. ARGV[5], 'running ' .. ARGV[5], 'places ' .. ARGV[5])
return { counts[1] or '0', counts[2] or '0', counts[3] or '0' }
