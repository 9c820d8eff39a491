-- KEYS: the owner's lists. ARGV, after the first three: what all names begin
-- with, and what the lists' names end with.
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
