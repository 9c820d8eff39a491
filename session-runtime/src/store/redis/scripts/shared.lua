-- A session is a hash: its fields as "f:name", and besides them when it began
-- (c), when it was last seen (s), its last second (x), whose it is (o), and
-- which call made it (t). Its name is "prefix:{first byte}:" and its key in hex.
-- For each owner and first byte there is a list: a sorted set of keys in hex, by
-- their last seconds. Its name is "prefix:{first byte}:owner:" and a hash of the
-- owner, 22 characters long. An owner is written as this hash and its text.
-- A key that was renamed or destroyed is a hash under the name that its session
-- had: until when it is remembered (u), which call made its session (t) and
-- which one ended it (d).
-- Both have a family, the first key of the first session that led to it, and an
-- origin, the key that it was created under. The family (g) is written if it is
-- another key, the origin (b) if it is not the family. While keys of a family are
-- remembered, "prefix:{first byte}:family:" and the family has the newest key.
-- All of these have the same first byte, and so are always on one machine.

-- The first arguments (ARGV) of every script: now, until when a key is remembered
-- that is renamed or destroyed now, and how many milliseconds that is.
local NOW, REMEMBERED, REMEMBERED_MS = ARGV[1], ARGV[2], ARGV[3]

local DONE, GONE, TAKEN, FOLLOWED = 0, 1, 2, 3

-- Clocks differ. Expired entries are deleted this many seconds late.
local GRACE = 60

local function session_of(prefix, key)
  return prefix .. ':{' .. key:sub(1, 2) .. '}:' .. key
end

local function key_of(name)
  return name:sub(-64)
end

-- A name with the same first byte.
local function beside(name, other)
  return name:sub(1, -65) .. other
end

local function list_of(name, owner)
  return beside(name, 'owner:' .. owner:sub(1, 22))
end

-- Compares times as texts: Lua's numbers would round those far in the future.
local function is_later(one, other)
  return #one > #other or #one == #other and one > other
end

-- In its last second a session still exists.
local function is_there(session)
  local expires = redis.call('HGET', session, 'x')
  return expires and not is_later(NOW, expires)
end

-- The client of a cluster sends a call again if the answer was lost. The session
-- is signed by its call, so that the second try knows it as its own.
local function sign(session, call)
  if call ~= '' then
    redis.call('HSET', session, 't', call)
  end
  return DONE
end

local function is_made_by(session, call)
  return call ~= '' and redis.call('HGET', session, 't') == call
end

-- The newest key of a family's session.
local function newest_of(name, family)
  local key = redis.call('GET', beside(name, 'family:' .. family))
  return key and beside(name, key)
end

-- It lasts as long as all keys that are remembered by now.
local function lead_to(session, family)
  local name = beside(session, 'family:' .. family)
  redis.call('SET', name, key_of(session), 'PX', REMEMBERED_MS)
end

-- The family and the origin of what is under a name, unless it has expired.
local function line_of(name)
  local values = redis.call('HMGET', name, 'x', 'u', 'g', 'b')
  local last, family, origin = values[1] or values[2], values[3] or key_of(name), values[4]
  if last and not is_later(NOW, last) then
    return family, origin or family
  end
end

-- The session under a name or that the name leads to, and whether it is the same
-- session under another key.
local function follow(name)
  if is_there(name) then
    return name, true
  end
  local family, origin = line_of(name)
  local newest = family and newest_of(name, family)
  if newest and is_there(newest) then
    local its_family, its_origin = line_of(newest)
    if its_family == family then
      return newest, its_origin == origin
    end
  end
end

local function unfile(session)
  local owner = redis.call('HGET', session, 'o')
  if owner then
    redis.call('ZREM', list_of(session, owner), key_of(session))
  end
end

-- A list lasts as long as its last session. Daily sign-ins would keep and grow it
-- for ever, so expired sessions are removed here.
local function file(session, owner, expires, life)
  local list = list_of(session, owner)
  redis.call('ZREMRANGEBYSCORE', list, '-inf', '(' .. NOW - GRACE)
  redis.call('ZADD', list, expires, key_of(session))
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

-- What is remembered of a session. Call it before the session is deleted.
local function memory_of(session)
  local memory, names = { 'u', REMEMBERED }, { 'g', 'b', 't' }
  for at, value in ipairs(redis.call('HMGET', session, unpack(names))) do
    if value then
      table.insert(memory, names[at])
      table.insert(memory, value)
    end
  end
  return memory
end

-- Ends a session, even if it cannot be remembered, as in a cluster whose machines
-- are just passing its slot on. A Redis whose memory is full refuses nothing here,
-- because the first write was a removal.
local function finish(session, call)
  local memory = memory_of(session)
  if call ~= '' then
    table.insert(memory, 'd')
    table.insert(memory, call)
  end
  unfile(session)
  redis.call('DEL', session)
  redis.pcall('HSET', session, unpack(memory))
  redis.pcall('PEXPIRE', session, REMEMBERED_MS)
end

-- Whether no fields are left but those that say how long the session is kept. A
-- session may have very many fields, so they are counted and not read.
local function is_empty(session)
  local names = { 'c', 's', 'x', 'o', 't', 'g', 'b', 'f:_permanent', 'f:_lifetime' }
  local count = 0
  for _, value in ipairs(redis.call('HMGET', session, unpack(names))) do
    count = count + (value and 1 or 0)
  end
  return redis.call('HLEN', session) == count
end

-- When its memory is full, Redis refuses a command that may take more of it, but
-- only if the script has written nothing yet. So this is always the first write.
local function touch(session)
  local seen, before = ARGV[6], redis.call('HGET', session, 's')
  redis.call('HSET', session, 's', before and is_later(before, seen) and before or seen)
end

-- Lua can pass only a few thousand values at once.
local function for_chunks(from, to, run)
  for at = from, to, 1000 do
    run(unpack(ARGV, at, math.min(at + 999, to)))
  end
end

-- Writes everything else, after `touch`.
-- ARGV, after the first three: the call, whether a patch follows to any session,
-- seen, the last second and the life in milliseconds, the same for a session
-- that is left empty, whether it may end earlier than before, whether the owner
-- is kept, removed or set, the owner, how many fields are removed, their names,
-- and pairs of a name and a value.
local function write(session)
  local expires, life, empty_expires, empty_life, shortens = unpack(ARGV, 7, 11)
  local filing, owner, removed = unpack(ARGV, 12, 14)
  if filing ~= 'keep' then
    unfile(session)
    redis.call('HDEL', session, 'o')
  end
  if filing == 'set' then
    redis.call('HSET', session, 'o', owner)
  end
  for_chunks(15, 14 + removed, function(...) redis.call('HDEL', session, ...) end)
  for_chunks(15 + removed, #ARGV, function(...) redis.call('HSET', session, ...) end)
  local before = redis.call('HGET', session, 'x')
  if is_empty(session) then
    expires, life = empty_expires, empty_life
  elseif before and shortens == '' and is_later(before, expires) then
    expires, life = before, redis.call('PTTL', session)
  end
  redis.call('HSET', session, 'x', expires)
  redis.call('PEXPIRE', session, life)
  local filed = redis.call('HGET', session, 'o')
  if filed then
    file(session, filed, expires, life)
  end
end
