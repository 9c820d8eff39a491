-- For one server. KEYS: the owner's lists. ARGV, after the first three: the start of
-- all names, the end of the lists' names, how many sessions may be left, and the key
-- of a session to keep.
local prefix, most = ARGV[4], tonumber(ARGV[6])
local keep = session_of(prefix, ARGV[7])
keep = follow(keep) or keep
local found = {}
for _, key in ipairs(redis.call('ZUNION', #KEYS, unpack(KEYS))) do
  local session = session_of(prefix, key)
  if is_there(session) then
    local seen, created = unpack(redis.call('HMGET', session, 's', 'c'))
    table.insert(found, { session, session == keep and '1' or '0', seen, created, key })
  end
end
table.sort(found, function(one, other)
  for at = 2, 5 do
    if one[at] ~= other[at] then
      return is_later(one[at], other[at])
    end
  end
  return false
end)
for at = most + 1, #found do
  finish(found[at][1], '')
end
return math.max(#found - most, 0)
