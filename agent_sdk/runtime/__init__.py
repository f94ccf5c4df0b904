"""Speaks `heyjarvis.agents.v1` on behalf of an agent. Authors need nothing from here; `agent_sdk.serve` starts it.

service      the three rpcs                    stream       what goes up one Work stream
attempts     the desk: taken, joined, stopped  attempt      one try at a task, and its `outbox`
lifecycle    work, store, tell                 execution    from assignment to result
keeper       stores outcomes, come what may    presence     signs of life in the registry
consumption  what an attempt took, and when
"""
