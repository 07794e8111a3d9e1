local piece = redis.call('LINDEX', pool.pieces(ARGV[5]), ARGV[6])
return piece and { 'piece', piece } or { 'none' }
