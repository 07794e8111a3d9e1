queue.settle(ARGV[5])
return answer('done')
