"""How scaling lives in Redis. `keys` lists the addresses; what each script in lua/ promises stands at its top."""
