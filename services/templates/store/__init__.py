"""How templates live in Redis. Every key carries the hash tag `{templates}`, so one script may touch all of them."""
