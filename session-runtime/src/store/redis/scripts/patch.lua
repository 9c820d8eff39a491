if not is_there(KEYS[1], ARGV[1]) then
  return GONE
end
write(KEYS[1])
return DONE
