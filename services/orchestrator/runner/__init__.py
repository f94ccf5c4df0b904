"""The runner: one owned workflow, from claim to hand-back.

    commands, agents' words, timers ──▶ decide/evolve ──▶ one step in the store ──▶ carry out what is due
                 ▲                                                                        │
                 └────────────── plans, decisions, places, outcomes ◀─────────────────────┘

| module   | does                                                                          |
|----------|-------------------------------------------------------------------------------|
| loop     | takes mail, decides, puts on record, hands back                               |
| hands    | attempts: places, tickets, streams; starts, follows, cancels                  |
| errands  | calls to other services: plan, ask people, check results, carry questions     |
"""

from services.orchestrator.runner.loop import Runner
from services.orchestrator.runner.surroundings import Surroundings

__all__ = ["Runner", "Surroundings"]
