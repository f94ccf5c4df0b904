"""Tools of Model Context Protocol servers, for agents that are given some.

settings     which servers, and what of them         connection   the session with one server, opened when needed
servers      what all of them offer                  attempt      the tools as one attempt may use them

The library is brought in with the first session: an agent without servers needs it neither installed nor loaded.
"""
