"""What several results have in common: sources, assumptions, the agent's opinion of its own work."""

from services.agents.dossier.readers.lenient import Lenient, Name, Share, Text


class Source(Lenient):
    """A publication a result names."""

    title: Name
    url: Text = ""
    publisher: Text = ""
    date: Text = ""
    supports: Text = ""
    id: Text = ""
    """How figures of the same result name it."""
    seen: Text = ""
    """Day it was read; empty when nobody did."""
    excerpt: Text = ""
    """What was cited of it."""


class Assumption(Lenient):
    """A statement nobody has proven."""

    statement: Name
    basis: Text = ""


class Result(Lenient):
    """What every result of ours says of itself."""

    sources: tuple[Source, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    confidence: Share | None = None
    confidence_reasons: tuple[Text, ...] = ()
    simulated: bool = False
    foreign_agent: Text = ""
    """Who made it, when that was an agent of somebody else."""


class Risk(Lenient):
    """Something that could go wrong, in the market or in the plan."""

    title: Name
    description: Text = ""
    likelihood: Text = ""
    impact: Text = ""
    response: Text = ""
    early_sign: Text = ""
