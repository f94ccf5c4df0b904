"""The model server's own record of calls, read over HTTP: the judge that no part of HeyJarvis can talk to.

Only the offline model keeps one. Blocking calls: under asyncio use `await asyncio.to_thread(ledger.calls)`.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SECONDS = 30.0
"""How long one answer may take."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The way to an offline model at `url`."""

    url: str

    def simulated(self) -> bool:
        """Whether an offline model answers there. Whatever else answers, or does not, is none."""
        try:
            answer = self._get("/healthz")
        except (OSError, ValueError):
            return False
        return isinstance(answer, dict) and answer.get("simulated") is True

    def calls(self) -> list[dict[str, Any]]:
        """Every request it got, oldest first; the newest 100,000 are kept."""
        listed: list[dict[str, Any]] = self._get("/_calls")["calls"]
        return listed

    def spoil(self, *rules: Mapping[str, Any]) -> None:
        """Tells it to misbehave."""
        request = urllib.request.Request(f"{self.url}/_faults", json.dumps(rules).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=SECONDS):
            pass

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=SECONDS) as answer:
            return json.load(answer)


def too_early(calls: list[dict[str, Any]], retry_after: float, *, notice: float) -> list[str]:
    """Calls that came before their time after a 429, which told everybody to leave its model alone for `retry_after`
    seconds.

    `notice` is how many seconds a process may take to hear of it: what left before that could not know.
    """
    told = [call for call in calls if call["status"] == 429]
    # The server notes the end of a call after its caller has read it, on a busy machine a good while after.
    return [
        f"call {call['number']} came {call['arrived'] - no['ended']:.2f} s after a 429 that said {retry_after:g} s"
        for call in calls
        for no in told
        if call["model"] == no["model"]
        and notice < call["arrived"] - no["ended"]
        and call["arrived"] - no["arrived"] < retry_after
    ]
