local name, mode, wait = ARGV[5], ARGV[6], ARGV[7]
local how, text = giveUp(rwlock.line(name, mode), 'rwlock', name, wait)
-- Readers may have waited behind this writer alone.
rwlock.pass(name)
return answer(how, text)
