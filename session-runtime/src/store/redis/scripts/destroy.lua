-- ARGV, after the first three: the call, and an owner if only a session of theirs
-- may end.
local name, call, owner = KEYS[1], ARGV[4], ARGV[5]
local function is_theirs(session)
  return not owner or redis.call('HGET', session, 'o') == owner
end
local session = follow(name)
if session then
  if not is_theirs(session) then
    return 0
  end
  finish(session, call)
  return 1
end
-- An expired session does not exist, but the clock of another caller may be behind.
if redis.call('HEXISTS', name, 'x') == 1 and is_theirs(name) then
  drop(name)
end
-- The answer to the first try may have been lost.
if call ~= '' then
  local newest = newest_of(name, redis.call('HGET', name, 'g') or key_of(name)) or name
  if redis.call('HGET', newest, 'd') == call then
    return 1
  end
end
return 0
