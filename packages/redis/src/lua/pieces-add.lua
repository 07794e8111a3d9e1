-- Adds a piece to a large value. It is this session's, until a call ends with it.
redis.call('RPUSH', pool.pieces(ARGV[5]), ARGV[6])
redis.call('SADD', of(sid, 'own'), pool.pieces(ARGV[5]))
return answer('done')
