-- An event. `event:NAME` is there while the flag is set; `event:NAME:line` has those that wait.
local event = kind('event')

function event.died(name, session)
  purge(event.line(name), session)
end
