-- Ends a session by itself: all that it holds and waits for ends as if it had died.
endSession(sid)
return { 'closed' }
