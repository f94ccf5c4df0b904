"""What `run` is told. Imports nothing heavy: the local runner reads it before anything else is loaded."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

PLANNERS = ("auto", "template")
AUTOPILOTS = ("manual", "assisted", "full")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """One request and how it is to be carried out."""

    request: str
    """What is wanted, in words."""
    template: str = ""
    """The template to use, `standard-business` or `templates/standard-business@1`. Empty: chosen from the request."""
    planning: str = ""
    """Who plans without a template of one's own: `auto`, the model; `template`, the one that fits best. Empty: the
    installation decides."""
    autopilot: str = ""
    """manual, assisted or full. Empty: assisted in a terminal, full elsewhere."""
    out: Path | None = None
    """Folder for what is made. Default: out/WORKFLOW."""
    json: bool = False
    """Whether standard output is for a program."""
    timeout: str = ""
    """How long the workflow may take, such as 90s, 5m or 1h30m. Empty: no limit."""
    budget: float | None = None
    """The most it may cost in US dollars; at the limit it pauses and asks. None: no limit."""
    request_id: str = ""
    """The same id with the same request yields the same workflow. Empty: a new one."""


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """The same options as `jarvis run`."""
    parser.add_argument("request", help="what you want, for example: Create an AI-powered fitness coaching app")
    parser.add_argument("--template", default="", help="the template to use; chosen from the request by default")
    parser.add_argument("--planning", default="", choices=PLANNERS, help="whether the model plans or a template does")
    parser.add_argument("--autopilot", default="", choices=AUTOPILOTS, help="how much goes on without a person")
    parser.add_argument("--out", type=Path, default=None, help="folder for what is made (default: out/WORKFLOW)")
    parser.add_argument("--json", action="store_true", help="one JSON object for each event, then the workflow")
    parser.add_argument("--timeout", default="", metavar="TIME", help="how long it may take: 90s, 5m, 1h30m")
    parser.add_argument("--budget", type=float, default=None, metavar="USD", help="the most it may cost")
    parser.add_argument("--request-id", default="", metavar="ID", help="the same id yields the same workflow")
