"""How many replicas, and why. Pure: no I/O, no clock, no messages; the simulation runs the very same code.

A snapshot of the inputs, a policy and what was seen before give a decision (`decide`), one small step after the other
(`steps`). Moments are seconds since 1970, spans are seconds.
"""
