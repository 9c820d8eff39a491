-- KEYS: the owner's lists. ARGV: what all names begin with, the owner, and now.
local prefix, owner, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local found = {}
for _, key in ipairs(redis.call('ZUNION', #KEYS, unpack(KEYS))) do
  local session = session_of(prefix, key)
  local created, seen, expires = unpack(redis.call('HMGET', session, 'c', 's', 'x'))
  if not expires then
    redis.call('ZREM', list_of(session, owner), key)
  elseif now <= tonumber(expires) then
    for _, value in ipairs({ key, created, seen, expires }) do
      table.insert(found, value)
    end
  end
end
return found
