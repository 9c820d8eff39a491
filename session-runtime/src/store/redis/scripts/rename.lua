local old, new, call = KEYS[1], KEYS[2], ARGV[4]
if not is_there(old) then
  return is_there(new) and is_made_by(new, call) and DONE or GONE
end
if is_there(new) then
  return TAKEN
end
touch(old)
drop(new)
unfile(old)
local memory, family = memory_of(old), line_of(old)
redis.call('RENAME', old, new)
redis.call('HSET', old, unpack(memory))
redis.call('PEXPIRE', old, REMEMBERED_MS)
redis.call('HSET', new, 'g', family)
lead_to(new, family)
write(new)
return sign(new, call)
