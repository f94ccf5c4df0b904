"""What happened becomes numbers. Pure: no I/O, no clock, no messages.

An event and the small state of its workflow give the next state and the increments (`reduce`); increments add up to
numbers (`numbers`), numbers to advice (`advice`) and alerts (`alerts`). Moments and spans are whole microseconds.
"""
