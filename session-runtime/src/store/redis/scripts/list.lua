-- KEYS: the owner's lists. ARGV, after the first three: the start of all names,
-- and the end of the lists' names.
local prefix, owner = ARGV[4], ARGV[5]
local found = {}
for _, key in ipairs(redis.call('ZUNION', #KEYS, unpack(KEYS))) do
  local session = session_of(prefix, key)
  local created, seen, expires = unpack(redis.call('HMGET', session, 'c', 's', 'x'))
  if not expires then
    redis.call('ZREM', list_of(session, owner), key)
  elseif not is_later(NOW, expires) then
    for _, value in ipairs({ key, created, seen, expires }) do
      table.insert(found, value)
    end
  end
end
return found
