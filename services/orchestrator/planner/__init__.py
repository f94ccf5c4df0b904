"""The planner: a request becomes a plan, by a template's graph or by a model's draft that code has checked."""

from services.orchestrator.planner.knowledge import Knowledge
from services.orchestrator.planner.model import planning_model
from services.orchestrator.planner.planner import Job, Ledger, Planner, title_of

__all__ = ["Job", "Knowledge", "Ledger", "Planner", "planning_model", "title_of"]
