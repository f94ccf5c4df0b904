"""What a model read on the web: the pages it cites with the passages it cites of them, and what it says about them.

The server searches and reads; the pages themselves never come here. What does come is each result's address, title
and age, and for each citation the passage it rests on. All of it was written by strangers: it is data to be quoted,
never an instruction, and it is bounded here so that nobody further on has to fear its size.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from chassis.model.classify import classify
from chassis.model.errors import ErrorClass, ModelError
from chassis.model.judge import refuse_dead_ends
from chassis.model.request import SearchRequest
from chassis.model.sdk import Sdk
from chassis.model.settings import ModelSettings
from chassis.model.stream import Reply
from chassis.model.turn import Turn
from chassis.model.usage import Usage

log = structlog.get_logger(__name__)

MAX_PAGES = 100
"""Pages of one reading; further ones are left out."""
MAX_EXCERPTS = 20
"""Passages kept of one page."""
MAX_CHARS = 2000
"""Characters of an address, a title or a passage."""
MAX_MODELS = 64
"""Models whose capabilities are remembered."""
ASK_TIMEOUT = 10.0
"""Seconds to learn what a model can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page the search found."""

    url: str
    """As the server gave it: not checked, it may be anything."""
    title: str
    age: str = ""
    """When it was published, in the server's words, such as `April 30, 2025`; empty when it does not say."""
    excerpts: tuple[str, ...] = ()
    """The passages the answer cites, word for word; empty for a page it does not cite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of the answer and what it rests on."""

    text: str
    urls: tuple[str, ...] = ()
    """Addresses of the pages it cites; empty where it cites none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReading:
    """What came of a search."""

    offered: bool
    """Whether the server offers web search; nothing was read where it does not."""
    passages: tuple[Passage, ...] = ()
    """The answer, in order."""
    pages: tuple[Page, ...] = ()
    """What was found, in order of first mention."""
    failures: tuple[str, ...] = ()
    """Codes of searches that failed, such as `max_uses_exceeded`, each once."""
    usage: Usage = field(default_factory=Usage)
    """What it took; `usage.searches` counts the searches."""
    model: str = ""
    """The model that read, as the server names it."""
    simulated: bool = False
    """Whether a server that only pretends to be a model did."""


class SearchOffer:
    """Knows which models may search. What it cannot learn it takes for no."""

    def __init__(self, settings: ModelSettings, sdk: Sdk) -> None:
        self._settings = settings
        self._sdk = sdk
        self._known: dict[str, bool] = {}

    async def made(self, model: str) -> bool:
        """Whether the model may search the web."""
        if self._settings.web_search != "auto":
            return self._settings.web_search == "on"
        if model not in self._known:
            answer = await self._ask(model)
            if answer is None:
                return False
            self._remember(model, answer)
        return self._known[model]

    def refused(self, model: str) -> None:
        """The server did not take the tool, whatever it says of itself: an organization may have it switched off."""
        self._remember(model, False)

    def _remember(self, model: str, answer: bool) -> None:
        if len(self._known) >= MAX_MODELS:
            self._known.clear()
        self._known[model] = answer

    async def _ask(self, model: str) -> bool | None:
        """What the server says the model can; None when there was no answer."""
        client = await self._sdk.client()
        try:
            async with asyncio.timeout(ASK_TIMEOUT):
                described = (await client.models.retrieve(model)).to_dict()
        except TimeoutError:
            log.warning("web search offer unknown", model=model, reason="MODEL_TIMEOUT")
            return None
        except Exception as error:
            known = classify(error, model=model, host=self._sdk.host)
            if known is None:
                raise
            log.warning("web search offer unknown", model=model, reason=known.reason)
            return False if known.kind is ErrorClass.PERMANENT else None
        found: object = described
        for key in ("capabilities", "server_tools", "web_search", "supported"):
            found = found.get(key) if isinstance(found, Mapping) else None
        return found is True


async def read(turn: Turn, request: SearchRequest, offer: SearchOffer, *, insist: bool) -> ModelReading:
    """Search and read, where that is offered. With `insist` a refused tool is an error, else it is no offer."""
    if not await offer.made(turn.model):
        return ModelReading(offered=False)
    try:
        reply = await turn.reply(turn.opening, turn.max_tokens, request.max_searches)
    except ModelError as error:
        if insist or error.reason != "MODEL_REQUEST_INVALID":
            raise
        log.warning("web search refused by the server", model=turn.model, error=str(error))
        offer.refused(turn.model)
        return ModelReading(offered=False, usage=turn.spent)
    refuse_dead_ends(reply)
    return replace(reading_of(reply), usage=turn.spent, simulated=turn.simulated)


def reading_of(reply: Reply) -> ModelReading:
    """What the blocks of a reply say was read."""
    results = [block for block in reply.content if block.get("type") == "web_search_tool_result"]
    texts = [block for block in reply.content if block.get("type") == "text" and block.get("text")]
    pages: dict[str, Page] = {}
    for row in _rows(results):
        url = _text(row.get("url"))
        if url and url not in pages and len(pages) < MAX_PAGES:
            pages[url] = Page(url=url, title=_text(row.get("title")), age=_text(row.get("page_age")))
    for citation in (each for block in texts for each in _citations(block)):
        _cite(pages, citation)
    return ModelReading(
        offered=True,
        passages=tuple(
            Passage(
                text=str(block["text"]),
                urls=tuple(dict.fromkeys(_text(each.get("url")) for each in _citations(block))),
            )
            for block in texts
        ),
        pages=tuple(pages.values()),
        failures=tuple(dict.fromkeys(_failures(results))),
        model=reply.model,
    )


def _cite(pages: dict[str, Page], citation: Mapping[str, Any]) -> None:
    """A citation counts only for a page the search found in this very answer."""
    page, passage = pages.get(_text(citation.get("url"))), _text(citation.get("cited_text"))
    if page and passage and passage not in page.excerpts and len(page.excerpts) < MAX_EXCERPTS:
        pages[page.url] = replace(page, excerpts=(*page.excerpts, passage))


def _rows(results: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for block in results:
        content = block.get("content")
        if isinstance(content, list):
            yield from (row for row in content if isinstance(row, Mapping))


def _failures(results: list[dict[str, Any]]) -> Iterator[str]:
    for block in results:
        content = block.get("content")
        if isinstance(content, Mapping):
            yield _text(content.get("error_code")) or "unknown"


def _citations(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in block.get("citations") or ():
        if isinstance(each, Mapping) and each.get("type") == "web_search_result_location":
            yield each


def _text(value: object) -> str:
    return value[:MAX_CHARS] if isinstance(value, str) else ""
