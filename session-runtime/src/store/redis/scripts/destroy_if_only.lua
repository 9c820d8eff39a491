-- ARGV: now, and the names of the fields that there may be.
local session, now = KEYS[1], ARGV[1]
if not is_there(session, now) then
  return 0
end
local names = {}
for at = 2, #ARGV do
  names[ARGV[at]] = true
end
for _, name in ipairs(redis.call('HKEYS', session)) do
  if name:sub(1, 2) == 'f:' and not names[name] then
    return 0
  end
end
drop(session)
return 1
