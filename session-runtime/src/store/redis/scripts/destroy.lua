-- ARGV, after the first three: the call, and an owner, if it is only to be
-- theirs.
local name, call, owner = KEYS[1], ARGV[4], ARGV[5]
local session = follow(name)
if session then
  if owner and redis.call('HGET', session, 'o') ~= owner then
    return 0
  end
  finish(session, call)
  return 1
end
-- The answer may have been lost.
if call ~= '' then
  local newest = newest_of(name, redis.call('HGET', name, 'g') or key_of(name)) or name
  if redis.call('HGET', newest, 'd') == call then
    return 1
  end
end
return 0
