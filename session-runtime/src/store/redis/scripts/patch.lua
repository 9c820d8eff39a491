local session, is_same = follow(KEYS[1])
if not session or not is_same and ARGV[5] == '' then
  return GONE
end
touch(session)
write(session)
return session == KEYS[1] and DONE or FOLLOWED
