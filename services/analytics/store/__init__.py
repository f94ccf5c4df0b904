"""How measurements live in Redis. `keys` lists the addresses; what each script in lua/ promises stands at its top."""
