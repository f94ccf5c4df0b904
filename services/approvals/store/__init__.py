"""How approvals live in Redis. Every key carries the hash tag `{approvals}`, so one script may touch all of them."""
