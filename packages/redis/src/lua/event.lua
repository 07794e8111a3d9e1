-- An event. `event:NAME` is there while the flag is set; `event:NAME:line` has those that wait.
local event = {}
kinds.event = event

function event.key(name)
  return P .. ':event:' .. name
end

function event.line(name)
  return event.key(name) .. ':line'
end

function event.died(name, session)
  purge(event.line(name), session)
end
