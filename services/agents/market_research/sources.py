"""What was read on the web, as sources: an id, an address, a date, the words that were cited.

Pages are written by strangers. Here they become bounded text without control characters; an address becomes a
source only when it is plain http or https; and code, not the model, says what stands in them.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from agent_sdk.evidence import LINE_LIMIT
from chassis.model import ModelReading
from services.agents.market_research.results import ReadingRecord, ReadSource

MAX_SOURCES = 24
"""Pages that become sources; those cited first."""

EXCERPT_LIMIT = 1500
"""Characters kept of what was cited of one page."""

TOLERANCE = 0.005
"""Relative distance up to which a figure is the printed one."""

_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]{1,480}")

_NUMBER = re.compile(
    r"(?P<number>\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?)"
    r"\s?(?P<scale>thousand|million|billion|trillion|tsd|mio|mrd|mn|bn|k|m)?\b",
    re.IGNORECASE,
)
_SCALES = {"thousand": 1e3, "tsd": 1e3, "k": 1e3, "million": 1e6, "mio": 1e6, "mn": 1e6, "m": 1e6}
_SCALES |= {"billion": 1e9, "mrd": 1e9, "bn": 1e9, "trillion": 1e12}
_DATES = ("%Y-%m-%d", "%B %d, %Y", "%b %d, %Y", "%d %B %Y")


@dataclass(frozen=True, slots=True)
class Reading:
    """The sources of one research, and what stands in them."""

    sources: tuple[ReadSource, ...] = ()
    notes: str = ""
    """What the reader said about them, each piece with the ids it cites."""
    record: ReadingRecord = field(default_factory=ReadingRecord)

    def known(self, ids: Iterable[str]) -> list[str]:
        """Those of the ids that were read, each once."""
        read = {source.id for source in self.sources}
        return [each for each in dict.fromkeys(ids) if each in read]

    def says(self, ids: Sequence[str], values: Iterable[float]) -> bool:
        """Whether one of the values stands in what was cited of one of the pages."""
        printed = [number for source in self._of(ids) for number in numbers_in(source.excerpt)]
        return any(abs(number - value) <= TOLERANCE * abs(value) for value in values for number in printed)

    def names(self, ids: Sequence[str], name: str) -> bool:
        """Whether one of the pages names somebody: every longer word of the name stands in it."""
        words = [word for word in re.findall(r"\w+", name.casefold()) if len(word) > 2] or [name.casefold()]
        texts = [f"{source.title} {source.excerpt}".casefold() for source in self._of(ids)]
        return any(all(word in text for word in words) for text in texts)

    def date_of(self, ids: Sequence[str]) -> str:
        """When the first of the pages was published, or else read."""
        return next((source.date or source.seen for source in self._of(ids)), "")

    def title_of(self, ids: Sequence[str]) -> str:
        """Title of the first of the pages; empty when none was read."""
        return next((source.title for source in self._of(ids)), "")

    def without(self, facts: int) -> "Reading":
        """The same, with a note on how many facts did not hold."""
        return replace(self, record=self.record.model_copy(update={"facts_left_out": facts}))

    def _of(self, ids: Sequence[str]) -> list[ReadSource]:
        return [source for source in self.sources if source.id in ids]


def reading_of(found: ModelReading, seen: date) -> Reading:
    """The cited pages as sources S1, S2, … in the order in which they were found."""
    sources: list[ReadSource] = []
    for page in found.pages:
        excerpt = " … ".join(_plain(each) for each in page.excerpts)[:EXCERPT_LIMIT]
        if excerpt and is_address(page.url) and len(sources) < MAX_SOURCES:
            sources.append(_source(f"S{len(sources) + 1}", page.url, page.title, page.age, excerpt, seen))
    ids = {source.url: source.id for source in sources}
    notes = "".join(_plain(each.text) + _marks(ids, each.urls) for each in found.passages)
    record = ReadingRecord(
        offered=found.offered,
        searches=found.usage.searches,
        pages_found=len(found.pages),
        failures=[_plain(each)[:60] for each in found.failures],
    )
    return Reading(sources=tuple(sources), notes=notes, record=record)


def is_address(url: str) -> bool:
    """Whether an address may become a source."""
    return bool(_ADDRESS.fullmatch(url) and urlsplit(url).hostname)


def numbers_in(text: str) -> list[float]:
    """Every number a text may mean: 1.234 is both 1234 and 1.234, and 1.2 million is 1200000 too."""
    found: list[float] = []
    for match in _NUMBER.finditer(text):
        scale = _SCALES.get((match["scale"] or "").lower())
        for value in _readings(match["number"]):
            found += [value, value * scale] if scale else [value]
    return found


def published(age: str) -> str:
    """A page's age as YYYY-MM-DD; empty for words such as `2 days ago`."""
    for form in _DATES:
        try:
            return datetime.strptime(f"{age.strip()} +0000", f"{form} %z").date().isoformat()
        except ValueError:
            continue
    return ""


def _readings(number: str) -> Iterable[float]:
    marks = re.findall(r"\D", number)
    if not marks:
        return [float(number)]
    whole, _, decimals = number.rpartition(marks[-1])
    grouped = all(len(group) == 3 for group in re.split(r"\D", number)[1:])
    digits = re.sub(r"\D", "", whole)
    readings = [float(digits + decimals)] if grouped else []
    if marks[-1] in ".," and (len(marks) == 1 or marks[-1] != marks[-2]):
        readings.append(float(f"{digits}.{decimals}"))
    return readings


def _source(identity: str, url: str, title: str, age: str, excerpt: str, seen: date) -> ReadSource:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return ReadSource(
        id=identity,
        title=_plain(title).strip()[:LINE_LIMIT] or host,
        url=url,
        publisher=host[:LINE_LIMIT],
        date=published(age),
        supports="Background",
        seen=seen.isoformat(),
        excerpt=excerpt,
        sha256=hashlib.sha256(excerpt.encode()).hexdigest(),
    )


def _marks(ids: dict[str, str], urls: Sequence[str]) -> str:
    cited = [ids[url] for url in urls if url in ids]
    return f"[{', '.join(cited)}] " if cited else ""


def _plain(text: str) -> str:
    """Without characters that steer instead of being seen."""
    return "".join(
        " " if character in "\n\t\r" else character
        for character in text
        if character in "\n\t\r" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
    )
