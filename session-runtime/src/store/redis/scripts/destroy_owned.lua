-- KEYS: the owner's lists. ARGV: what all names begin with, the owner, and the
-- key of a session to keep.
local prefix, owner, keep = ARGV[1], ARGV[2], ARGV[3]
local count = 0
for _, key in ipairs(redis.call('ZUNION', #KEYS, unpack(KEYS))) do
  if key ~= keep then
    local session = session_of(prefix, key)
    count = count + redis.call('DEL', session)
    redis.call('ZREM', list_of(session, owner), key)
  end
end
return count
