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
