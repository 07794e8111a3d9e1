pool.dropPieces(sid, ARGV[5])
return answer('done')
