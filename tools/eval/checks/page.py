"""Is the page well-formed, complete in itself and quiet? Read tag by tag, as a strict reader would."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Set
from html.parser import HTMLParser

from tools.eval.checks.finding import Finding
from tools.eval.deliverables import Deliverables
from tools.eval.requests import Request

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_FORBIDDEN = {"iframe", "object", "embed", "form", "base", "video", "audio"}
_FETCHING = ("src", "srcset", "poster", "data", "background", "xlink:href")
_REMOTE_STYLE = re.compile(r"@import|url\(\s*['\"]?(?!data:|#)", re.IGNORECASE)


def look(made: Deliverables, request: Request) -> Iterator[Finding]:
    """Every page that was delivered."""
    delivered = {file.path for file in made.artifacts}
    for file in made.artifacts:
        if file.name.endswith(".html"):
            for problem in _problems(file.text, delivered):
                yield Finding(file.where, problem)


def _problems(html: str, delivered: Set[str]) -> Iterator[str]:
    if not html.lstrip().lower().startswith("<!doctype html>"):
        yield "does not begin with the document type of HTML"
    reader = _Strict()
    reader.feed(html)
    reader.close()
    yield from reader.problems
    yield from (f"<{tag}> is never closed" for tag in reader.open)
    for id_ in sorted({id_ for id_ in reader.ids if reader.ids.count(id_) > 1}):
        yield f"two elements have the id {id_!r}"
    yield from (f"a link leads to {address[:80]!r}" for address in reader.addresses if address not in delivered)
    yield from (f"the link to #{id_} leads nowhere" for id_ in sorted(reader.anchors - set(reader.ids)))
    if _REMOTE_STYLE.search(" ".join(reader.styles)):
        yield "its styles ask the network for something"
    if reader.tags.count("h1") != 1:
        yield f"has {reader.tags.count('h1')} headings of the first level"
    for tag in ("title", "main"):
        if tag not in reader.tags:
            yield f"has no <{tag}>"
    if not reader.language:
        yield "does not name its language"
    if any(f"'sha256-{_digest(script)}'" not in reader.policy for script in reader.scripts):
        yield "holds <script> that its content policy does not name"
    if "default-src 'none'" not in reader.policy:
        yield "has no content policy that forbids everything else"


def _digest(script: str) -> str:
    return b64encode(hashlib.sha256(script.encode()).digest()).decode()


class _Strict(HTMLParser):
    """Notes what a page is made of and where it is not well-formed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.anchors: set[str] = set()
        self.addresses: list[str] = []
        """Of links that are neither places on the page nor pages of the web: files beside it, at best."""
        self.styles: list[str] = []
        self.scripts: list[str] = []
        self.language = ""
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)
        if tag not in _VOID and "svg" not in self.open and tag != "svg":
            self.problems.append(f"<{tag}/> closes itself, which HTML does not know")

    def handle_endtag(self, tag: str) -> None:
        line = self.getpos()[0]
        if tag in _VOID or tag not in self.open:
            self.problems.append(f"</{tag}> in line {line} closes nothing")
        elif self.open[-1] != tag:
            self.problems.append(f"</{tag}> in line {line} comes before </{self.open[-1]}>")
            while self.open.pop() != tag:
                pass
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            self.styles.append(data)
        elif self.open[-1:] == ["script"]:
            self.scripts[-1] += data

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "script":
            self.scripts.append("")
        if tag in _FORBIDDEN:
            self.problems.append(f"holds <{tag}>")
        given = {name: value or "" for name, value in attrs}
        if len(given) < len(attrs):
            self.problems.append(f"<{tag}> in line {self.getpos()[0]} has an attribute twice")
        self.ids += [given["id"]] if "id" in given else []
        self.styles.append(given.get("style", ""))
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "meta" and given.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = given.get("content", "")
        self._addresses(tag, given)

    def _addresses(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            if name.startswith("on"):
                self.problems.append(f"<{tag}> has the handler {name}")
            if name in _FETCHING and not value.startswith(("data:", "#")):
                self.problems.append(f"<{tag}> asks the network for {value[:80]!r}")
        address = given.get("href", "")
        if tag == "a" and address.startswith("#"):
            self.anchors.add(address[1:])
        elif tag == "a" and not address.startswith(("http://", "https://")) and "href" in given:
            self.addresses.append(address)
        elif tag != "a" and address and not address.startswith(("data:", "#")):
            self.problems.append(f"<{tag}> asks the network for {address[:80]!r}")
