"""What the dossier takes from a review: scores, and what was found and mended."""

from services.agents.dossier.readers.lenient import Lenient, Name, Share, Text
from services.agents.dossier.readers.shared import Result


class Finding(Lenient):
    """Something the review found."""

    problem: Name
    deliverable: Text = ""
    severity: Text = ""
    by: Text = ""
    evidence: Text = ""
    suggestion: Text = ""


class Score(Lenient):
    """A question of the rubric."""

    question: Name
    deliverable: Text = ""
    by: Text = ""
    score: Share | None = None
    reason: Text = ""


class Review(Result):
    """A review of the other parts."""

    headline: Text = ""
    scores: tuple[Score, ...] = ()
    findings: tuple[Finding, ...] = ()
    mended: tuple[Finding, ...] = ()
    look: int = 1
    """2 when what was severe had been sent back before and was made again."""

    @property
    def of_open(self) -> str:
        """The heading of what is open."""
        return "Still open after a round of revision" if self.look == 2 else "Open"
