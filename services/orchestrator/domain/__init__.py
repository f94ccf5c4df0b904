"""The rules of workflows: pure, without input, output, clock or chance.

`decide` says what a command makes happen, `evolve` says what is true after an event, `due` says
what the outside world has to do next. Everything else in the orchestrator carries these answers
around. Types are msgspec structs: frozen like dataclasses, and the store's JSON comes for free
(docs/adr/0002).
"""

from services.orchestrator.domain.decide import decide
from services.orchestrator.domain.decision import Decision
from services.orchestrator.domain.due import Due, due
from services.orchestrator.domain.evolve import evolve, replay

__all__ = ["Decision", "Due", "decide", "due", "evolve", "replay"]
