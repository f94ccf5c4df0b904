"""Loads played through the decision of production, and through the rules others scale by. Pure: no I/O, no clock.

load, loads, traces     what there is to do: jobs of tasks; by a seed, or from the lines of a public trace
setting                 slots, cold starts, what goes wrong
autoscaler(s)           who decides: ours with its drain gate, HPA, KPA, the queue alone, nobody
engine, fleet, work     time that jumps from event to event; replicas; tasks
forecast                what the task graphs make likely, learned from durations that were seen
oracle, outcome         what nobody can beat; what came out
comparison, gate        several autoscalers on the same loads; what ours is held to
picture                 a comparison as SVG

outcome = play(synthetic("fan-out", seed=1, hours=4), HeyJarvis(policy, strategy, setting), setting)
"""
