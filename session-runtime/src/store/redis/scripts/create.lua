local now, call = ARGV[1], ARGV[5]
if is_there(KEYS[1], now) then
  return is_made_by(KEYS[1], call) and DONE or TAKEN
end
drop(KEYS[1])
write(KEYS[1])
return sign(KEYS[1], call)
