"""The nouns of a load: jobs arrive, and each is a graph of tasks. Spans and moments are seconds after the start."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a job."""

    duration: float
    """How long an attempt takes."""
    after: tuple[int, ...] = ()
    """Places in its job of the tasks that have to be done before; they stand before it."""


@dataclass(frozen=True, slots=True)
class Job:
    """Tasks that arrive together and wait for one another."""

    arrival: float
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What there is to do."""

    name: str
    jobs: tuple[Job, ...]
    """In the order of their arrival."""
    lasts: float = 0.0
    """How long is watched at least, work or no work; it ends when all is done and this is over."""

    @property
    def work(self) -> float:
        """Seconds of work in all tasks together."""
        return sum(task.duration for job in self.jobs for task in job.tasks)

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return sum(len(job.tasks) for job in self.jobs)


def single(arrival: float, duration: float) -> Job:
    """A job of one task."""
    return Job(arrival, (Task(duration),))


def load_of(name: str, jobs: Iterable[Job], *, lasts: float = 0.0) -> Load:
    """A load of jobs in any order."""
    return Load(name=name, jobs=tuple(sorted(jobs, key=lambda job: job.arrival)), lasts=lasts)
