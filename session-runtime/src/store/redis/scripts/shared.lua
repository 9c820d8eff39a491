-- A session is a hash: its fields as "f:name", and besides them when it began
-- (c), when it was last seen (s), its last second (x), whose it is (o) and
-- which call made it (t). Its name is "prefix:{first byte}:" and its key in hex.
-- Of each owner there is a list of the same first byte, a sorted set of keys in
-- hex by their last seconds, under "prefix:{first byte}:owner:" and the owner.
-- So a session and the list it is in are always on one machine.

local DONE, GONE, TAKEN = 0, 1, 2

-- Clocks differ. What is over goes so many seconds later.
local GRACE = 60

local function session_of(prefix, key)
  return prefix .. ':{' .. key:sub(1, 2) .. '}:' .. key
end

local function list_of(session, owner)
  return session:sub(1, -65) .. 'owner:' .. owner
end

-- At its last second it still is.
local function is_there(session, now)
  local expires = redis.call('HGET', session, 'x')
  return expires and tonumber(now) <= tonumber(expires)
end

-- The client of a cluster sends a call again when it lost the answer. What it
-- made the first time is not somebody else's then.
local function sign(session, call)
  if call ~= '' then
    redis.call('HSET', session, 't', call)
  end
  return DONE
end

local function is_made_by(session, call)
  return call ~= '' and redis.call('HGET', session, 't') == call
end

local function unfile(session)
  local owner = redis.call('HGET', session, 'o')
  if owner then
    redis.call('ZREM', list_of(session, owner), session:sub(-64))
  end
end

-- A list lasts as long as its last session. Who signs in every day never lets
-- it go, so what is over leaves it here.
local function file(session, owner, now, expires, life)
  local list = list_of(session, owner)
  redis.call('ZREMRANGEBYSCORE', list, '-inf', '(' .. now - GRACE)
  redis.call('ZADD', list, expires, session:sub(-64))
  if redis.call('PTTL', list) < tonumber(life) then
    redis.call('PEXPIRE', list, life)
  end
end

local function drop(session)
  if redis.call('EXISTS', session) == 1 then
    unfile(session)
    redis.call('DEL', session)
  end
end

-- When its memory is full, Redis refuses what may take more of it, but only if
-- the script has written nothing yet. So this is always the first write.
local function touch(session)
  redis.call('HSET', session, 's', ARGV[2], 'x', ARGV[3])
end

-- Lua passes some thousand values at once, and no more.
local function for_chunks(from, to, run)
  for at = from, to, 1000 do
    run(unpack(ARGV, at, math.min(at + 999, to)))
  end
end

-- ARGV: now, seen, expires, the life in milliseconds, the call, whether the
-- owner is kept, removed or set, the owner, how many fields are removed, their
-- names, and pairs of a name and a value.
local function write(session)
  local now, _, expires, life, _, filing, owner, removed = unpack(ARGV, 1, 8)
  touch(session)
  if filing ~= 'keep' then
    unfile(session)
    redis.call('HDEL', session, 'o')
  end
  if filing == 'set' then
    redis.call('HSET', session, 'o', owner)
  end
  for_chunks(9, 8 + removed, function(...) redis.call('HDEL', session, ...) end)
  for_chunks(9 + removed, #ARGV, function(...) redis.call('HSET', session, ...) end)
  redis.call('PEXPIRE', session, life)
  local filed = redis.call('HGET', session, 'o')
  if filed then
    file(session, filed, now, expires, life)
  end
end

