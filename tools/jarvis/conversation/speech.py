"""A workflow's outcome as one would say it aloud: short sentences, round numbers. Pure."""

from __future__ import annotations

from tools.jarvis import wording
from tools.jarvis.view import TaskState, WorkflowState, WorkflowView


def spoken(view: WorkflowView, dossier: str = "") -> str:
    """The summary; `dossier` names the page to open, if there is one."""
    what = wording.one_line(view.title or view.request, 80).rstrip(".")
    said = [_outcome(view, what)]
    if made := [task.title for task in view.tasks.values() if task.state is TaskState.SUCCEEDED]:
        said.append(f"{_listed(made)} {'is' if len(made) == 1 else 'are'} finished.")
    if lost := [task.title for task in view.tasks.values() if task.state in (TaskState.FAILED, TaskState.SKIPPED)]:
        said.append(f"There is no result for {_listed(lost)}.")
    if again := [task.title for task in view.tasks.values() if task.attempt > 1]:
        said.append(f"{_listed(again)} took more than one attempt.")
    if cost := _cost(view):
        said.append(cost)
    if dossier:
        said.append(f"The dossier is waiting for you at {dossier}.")
    if view.simulated:
        said.append("Please keep in mind that this was simulated: the offline model wrote it, not Claude.")
    return " ".join(said)


def _outcome(view: WorkflowView, what: str) -> str:
    took = _duration((view.ended - view.created).total_seconds()) if view.ended and view.created else ""
    within = f" It took {took}." if took else ""
    match view.state:
        case WorkflowState.SUCCEEDED:
            return f"Your request, {what}, is done.{within}"
        case WorkflowState.CANCELLED:
            return f"{what} was cancelled, as asked.{within}"
        case WorkflowState.FAILED:
            why = wording.one_line(view.failure, 200).rstrip(".")
            return f"I am sorry: {what} did not work out.{' ' + why + '.' if why else ''}"
    return f"{what} is still under way."


def _duration(seconds: float) -> str:
    if seconds < 90:
        return wording.count(max(1, round(seconds)), "second")
    return f"about {wording.count(round(seconds / 60), 'minute')}"


def _cost(view: WorkflowView) -> str:
    spending = view.spending
    if not spending.tokens:
        return ""
    if spending.cost_usd is not None:
        cost = f"for {_dollars(spending.cost_usd)}"
    elif spending.priced_usd > 0:
        cost = f"for at least {_dollars(spending.priced_usd)}; some of it has a price nobody told me"
    else:
        cost = "at a cost nobody told me"
    return f"It used {round(spending.tokens, -2):,} tokens {cost}."


def _dollars(cost: float) -> str:
    return wording.count(round(cost * 100), "cent") if cost < 1 else f"{cost:.2f} dollars"


def _listed(words: list[str]) -> str:
    words = [wording.one_line(word, 60) for word in words]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
