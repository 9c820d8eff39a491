drop(KEYS[1])
