"""Faults on order: which calls go wrong, how, and how often.

Tests post a list of rules to /_faults. Each call takes the first rule that matches and has uses left;
one use is spent per call. Besides, `--fail-rate` lets a share of all calls fail, drawn from the seed
and the number of the call, so the same run fails the same way twice.
"""

import random
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from tools.offline_model.errors import ApiError, scripted_error

MAX_RULES = 1000
"""Rules kept at most; posting more is refused."""


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which calls a rule is for: all that is given has to hold, nothing given matches every call."""

    purpose: str | None = None
    """Value of the header `heyjarvis-purpose`."""
    model: str | None = None
    """The requested model id."""
    task: str | None = None
    """Value of the header `heyjarvis-task`."""
    workflow: str | None = None
    """Value of the header `heyjarvis-workflow`."""
    attempt: str | None = None
    """Value of the header `heyjarvis-attempt`."""
    schema: str | None = None
    """Title of the schema of the structured output."""
    contains: str | None = None
    """A text the request body holds."""
    stream: bool | None = None
    """Only streamed calls, or only others."""


After = Annotated[float, msgspec.Meta(ge=0, le=1)]
Milliseconds = Annotated[float, msgspec.Meta(ge=0, le=3_600_000)]


class Delay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="delay"):
    """Answers rightly, but so much later."""

    ms: Milliseconds


class Status(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="status"):
    """Answers with an error status."""

    code: Annotated[int, msgspec.Meta(ge=400, le=599)]
    retry_after: Annotated[float, msgspec.Meta(ge=0)] | None = None
    """Seconds in the `retry-after` header; None sends none."""
    message: str | None = None


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="text"):
    """Answers with exactly this text, complete and well-formed as a message."""

    text: str
    stop_reason: str = "end_turn"


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="edit"):
    """Answers rightly, but for some places of its JSON."""

    changes: dict[str, Any]
    """What is put where; places as in `edits.py`."""


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="page"):
    """Answers rightly, but the web search finds this page too, and the answer cites it; without a search nothing
    changes."""

    url: str
    title: str
    passages: tuple[str, ...]
    age: str = ""


class Plain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="plain"):
    """An action without parameters. garbage: a text that is no JSON. half_json: the first half of the right
    JSON. wrong_json: JSON that breaks the schema. refusal: the model declines. max_tokens: cut in the middle."""

    name: Literal["garbage", "half_json", "wrong_json", "refusal", "max_tokens"]


class Broken(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="broken"):
    """Breaks off after a share of the events (streams), or at once. cut_stream: the response ends properly, the
    message does not. disconnect: the socket is dropped. hang: nothing more comes until the client goes.
    mid_stream_error: an `error` event."""

    name: Literal["cut_stream", "disconnect", "hang", "mid_stream_error"]
    after: After | None = None
    """Share of the events sent before; default 0.5 for cut_stream and mid_stream_error, 0 for the others."""
    type: str = "overloaded_error"
    """Type of the error event."""

    def events_before(self, total: int) -> int:
        """How many of the events are sent before it breaks."""
        usual = 0.5 if self.name in ("cut_stream", "mid_stream_error") else 0.0
        return int(total * (usual if self.after is None else self.after))


class Slow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="slow_stream"):
    """Streams rightly, with a rest before every event."""

    interval_ms: Milliseconds


Action = Delay | Status | Text | Edit | Page | Plain | Broken | Slow
_PLAIN = ("garbage", "half_json", "wrong_json", "refusal", "max_tokens")
_BROKEN = ("cut_stream", "disconnect", "hang", "mid_stream_error")


class Rule(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A fault with its match and the number of calls it is for."""

    action: Action
    match: Match = Match()
    times: Annotated[int, msgspec.Meta(ge=1)] | None = 1
    """Calls it spoils; None spoils all that match."""
    skip: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Matching calls that pass before the first is spoiled."""
    used: int = 0
    """Calls it has spoiled so far; written by the server."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule looks at."""

    headers: Mapping[str, str]
    model: str
    schema: str
    stream: bool
    body: str


class Faults:
    """The rules in force."""

    def __init__(self, seed: int, fail_rate: float) -> None:
        self._seed, self._fail_rate = seed, fail_rate
        self.rules: list[Rule] = []

    def add(self, body: bytes) -> int:
        """Appends the rules of a script, one or a list; how many there were. Raises the 400 of the first mistake."""
        try:
            raw = msgspec.json.decode(body)
            rules = [_rule(one) for one in (raw if isinstance(raw, list) else [raw])]
        except (msgspec.DecodeError, msgspec.ValidationError, TypeError, ValueError) as error:
            raise ApiError(400, f"The fault script is wrong: {error}") from error
        if len(self.rules) + len(rules) > MAX_RULES:
            raise ApiError(400, f"At most {MAX_RULES} rules are kept; DELETE /_faults clears them.")
        self.rules += rules
        return len(rules)

    def clear(self) -> None:
        """Nothing goes wrong any more, except by the fail rate."""
        self.rules.clear()

    def take(self, call: Call, number: int) -> Action | None:
        """The fault for a call, None for none; spends one use of its rule."""
        for rule in self.rules:
            if (rule.times is not None and rule.used >= rule.times) or not _matches(rule.match, call):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            rule.used += 1
            return rule.action
        return self._by_rate(number)

    def _by_rate(self, number: int) -> Action | None:
        if self._fail_rate <= 0:
            return None
        rng = random.Random(f"{self._seed}:{number}")
        if rng.random() >= self._fail_rate:
            return None
        code = rng.choice((429, 500, 529))
        return Status(code=code, retry_after=1.0 if code == 429 else None)


def status_error(action: Status) -> ApiError:
    """The error a status fault answers with."""
    return scripted_error(action.code, action.retry_after, action.message)


def _rule(raw: object) -> Rule:
    """`action` may be a word (`"hang"`) or an object with exactly one action as its key: `{"delay": {"ms": 5}}`,
    `{"status": {"code": 429}}`; the short forms `{"delay": 5}` and `{"status": 529}` are fine too."""
    if not isinstance(raw, dict) or "action" not in raw:
        raise ValueError("each rule is an object with an 'action'")
    if "used" in raw:
        raise ValueError("'used' is counted by the server; leave it out")
    return msgspec.convert({**raw, "action": _action(raw["action"])}, Rule)


def _action(raw: object) -> dict[str, object]:
    if isinstance(raw, str):
        name, value = raw, None
    elif isinstance(raw, dict) and len(raw) == 1:
        name, value = next(iter(raw.items()))
    else:
        raise ValueError("'action' is a word such as 'hang' or an object with one key such as {'delay': {'ms': 500}}")
    short = {"delay": "ms", "status": "code", "slow_stream": "interval_ms", "text": "text"}
    fields = value if isinstance(value, dict) else {} if value is None else {short.get(name, "after"): value}
    if name in _PLAIN:
        return {"kind": "plain", "name": name, **fields}
    if name in _BROKEN:
        return {"kind": "broken", "name": name, **fields}
    if name == "edit":
        return {"kind": name, "changes": value}
    if name in short or name == "page":
        return {"kind": name, **fields}
    raise ValueError(f"unknown action {name!r}; use one of {', '.join((*short, 'edit', 'page', *_PLAIN, *_BROKEN))}")


def _matches(match: Match, call: Call) -> bool:
    for name in ("purpose", "task", "workflow", "attempt"):
        wanted = getattr(match, name)
        if wanted is not None and call.headers.get(f"heyjarvis-{name}") != wanted:
            return False
    if match.model is not None and match.model != call.model:
        return False
    if match.schema is not None and match.schema != call.schema:
        return False
    if match.stream is not None and match.stream != call.stream:
        return False
    return match.contains is None or match.contains in call.body
