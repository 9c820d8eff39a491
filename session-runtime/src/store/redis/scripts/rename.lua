local old, new, now, call = KEYS[1], KEYS[2], ARGV[1], ARGV[5]
if not is_there(old, now) then
  return is_made_by(new, call) and DONE or GONE
end
if is_there(new, now) then
  return TAKEN
end
touch(old)
drop(new)
unfile(old)
redis.call('RENAME', old, new)
write(new)
return sign(new, call)
