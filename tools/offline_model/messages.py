"""POST /v1/messages: from the bytes of a request to its answer, through faults, cache and ledger."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.offline_model import answer as answers
from tools.offline_model.answer import Answer, answer_to
from tools.offline_model.edits import edited
from tools.offline_model.events import Script, prepare
from tools.offline_model.faults import Action, Call, Edit, Faults, Page, Plain, Status, Text, status_error
from tools.offline_model.http import Exchange, Headers, Request
from tools.offline_model.ledger import Entry
from tools.offline_model.limits import RateLimits
from tools.offline_model.message_request import MessageRequest, parse_request
from tools.offline_model.playback import Playback
from tools.offline_model.tokens import PromptCache, input_tokens
from tools.offline_model.writing.records.reading import Found

CACHED = 256
"""Answers kept for requests that come again."""
CACHED_BODY = 256 * 1024
"""Requests larger than this are not kept."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    request: MessageRequest
    script: Script
    tokens: int


@dataclass(slots=True)
class Messages:
    """Answers calls. `latency` is the time of each in seconds."""

    seed: int
    latency: float
    faults: Faults
    prompt_cache: PromptCache
    limits: RateLimits
    _prepared: OrderedDict[tuple[bytes, str], _Prepared] = field(default_factory=OrderedDict)

    async def serve(self, request: Request, exchange: Exchange, entry: Entry, headers: Headers) -> str:
        """Answers one call; the outcome for the ledger. Raises ApiError where the answer is an error."""
        prepared = self._prepare(request.body, entry)
        action = self._fault(prepared.request, request, entry)
        if isinstance(action, Status):
            raise status_error(action)
        told = self.limits.admit(prepared.request.model, prepared.tokens)
        script = prepared.script
        if isinstance(action, Plain | Text | Edit | Page):
            script = prepare(spoiled(script.answer, action))
        playback = Playback(
            exchange=exchange,
            entry=entry,
            script=script,
            usage=self.prompt_cache.book(prepared.request, prepared.tokens),
            identity=f"msg_sim_{entry.request_id[8:]}",
            action=action,
            latency=self.latency,
            headers=[*headers, *told],
        )
        try:
            return await (playback.stream() if prepared.request.stream else playback.plain())
        finally:
            self.limits.wrote(prepared.request.model, entry.output_tokens)

    def count(self, body: bytes) -> Mapping[str, int]:
        """The answer of count_tokens."""
        return {"input_tokens": input_tokens(parse_request(body, counting=True))}

    def clear(self) -> None:
        """Forgets prepared answers and the prompt cache, and fills the limits."""
        self._prepared.clear()
        self.limits.clear()
        self.prompt_cache.clear()

    def _prepare(self, body: bytes, entry: Entry) -> _Prepared:
        key = (hashlib.blake2b(body, digest_size=16).digest(), entry.purpose)
        found = self._prepared.get(key)
        if found is None:
            request = parse_request(body)
            _describe(entry, request)
            found = _Prepared(request, prepare(answer_to(request, self.seed, entry.purpose)), input_tokens(request))
            if len(body) <= CACHED_BODY:
                self._prepared[key] = found
            if len(self._prepared) > CACHED:
                self._prepared.popitem(last=False)
        else:
            self._prepared.move_to_end(key)
            _describe(entry, found.request)
        return found

    def _fault(self, request: MessageRequest, sent: Request, entry: Entry) -> Action | None:
        call = Call(
            headers={f"heyjarvis-{name}": getattr(entry, name) for name in ("workflow", "task", "attempt", "purpose")},
            model=request.model,
            schema=request.schema_title,
            stream=request.stream,
            body=sent.body.decode(errors="replace") if self.faults.rules else "",
        )
        action = self.faults.take(call, entry.number)
        if action is not None:
            entry.fault = getattr(action, "name", type(action).__name__.lower())
        return action


def _describe(entry: Entry, request: MessageRequest) -> None:
    entry.model, entry.schema, entry.stream = request.model, request.schema_title, request.stream


def spoiled(answer: Answer, action: Plain | Text | Edit | Page) -> Answer:
    """The answer a content fault makes of the right one."""
    if isinstance(action, Text):
        return answers.with_text(answer, action.text, action.stop_reason)
    if isinstance(action, Page):
        found = Found(url=action.url, title=action.title, age=action.age, passages=action.passages)
        return answers.with_page(answer, found)
    text = answers.text_of(answer)
    if isinstance(action, Edit):
        return answers.with_text(answer, edited(text, action.changes))
    if action.name == "refusal":
        return answers.refusal(answer)
    if action.name == "garbage":
        return answers.with_text(answer, answers.GARBAGE)
    if action.name == "wrong_json":
        return answers.with_text(answer, answers.WRONG_JSON)
    return answers.with_text(
        answer, text[: len(text) // 2], "max_tokens" if action.name == "max_tokens" else "end_turn"
    )
