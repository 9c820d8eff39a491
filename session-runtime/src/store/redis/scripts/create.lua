local session, old, call = KEYS[1], KEYS[2], ARGV[4]
-- The first try of this call made it. It may have ended since.
if is_made_by(session, call) then
  return DONE
end
if is_there(session) then
  return TAKEN
end
local family, before
if old then
  family, before = line_of(old), follow(old)
end
drop(session)
touch(session)
if before then
  finish(before, '')
end
if family then
  redis.call('HSET', session, 'g', family, 'b', key_of(session))
  lead_to(session, family)
end
write(session)
return sign(session, call)
