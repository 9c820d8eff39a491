-- KEYS: the owner's lists. ARGV, after the first three: the start of all names,
-- the end of the lists' names, and the key of a session to keep.
local prefix, owner, keep = ARGV[4], ARGV[5], ARGV[6]
if keep then
  -- Only the machine of this key knows where it leads, and only it needs to.
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
      -- An expired session is not remembered.
      drop(session)
      redis.call('ZREM', list_of(session, owner), key)
    end
  end
end
return count
