-- KEYS: the owner's lists. ARGV, after the first three: what all names begin
-- with, what the lists' names end with, and the key of a session to keep.
local prefix, owner, keep = ARGV[4], ARGV[5], ARGV[6]
if keep then
  -- Where it leads is known on its own machine, and needed there alone.
  local kept = session_of(prefix, keep)
  for _, name in ipairs(KEYS) do
    if name == list_of(kept, owner) then
      keep = key_of(follow(kept) or kept)
    end
  end
end
local count = 0
for _, key in ipairs(redis.call('ZUNION', #KEYS, unpack(KEYS))) do
  if key ~= keep then
    local session = session_of(prefix, key)
    if is_there(session) then
      finish(session, '')
      count = count + 1
    else
      -- One that has expired is not remembered.
      drop(session)
      redis.call('ZREM', list_of(session, owner), key)
    end
  end
end
return count
