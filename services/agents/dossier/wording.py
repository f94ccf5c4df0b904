"""Numbers in words, one way throughout the dossier; and addresses that may become links."""

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from agent_sdk.markdown import amount, compact

NO_BREAK = "\u00a0"
"""A space at which no line ends."""

URL_LIMIT = 500
"""Characters of an address; longer ones are shown as no link."""


def money(value: float, currency: str) -> str:
    """An amount that no line end may break: EUR 1.2 million, EUR 115,000, EUR 4.50."""
    small = abs(value) < 1000 and value != int(value)
    shown = f"{abs(value):,.2f}" if small else amount(abs(value), "").strip()
    sign = "−" if value < 0 and any(digit in shown for digit in "123456789") else ""
    return f"{sign}{currency} {shown}".replace(" ", NO_BREAK) if currency else f"{sign}{shown}"


def cents(value: int, currency: str) -> str:
    """The same from hundredths, whole from a thousand on."""
    return money(value / 100, currency)


def count(value: float) -> str:
    """A number as it was stated, thousands separated; expected values with one decimal where they are small."""
    return compact(round(value, 1 if abs(value) < 100 else 0)).replace("-", "−")


def exact(value: float) -> str:
    """A number as it was stated, not rounded."""
    return compact(value).replace("-", "−")


def percent(value: float) -> str:
    """A percentage: 4.2 %."""
    return f"{count(value)}{NO_BREAK}%"


def times(value: float) -> str:
    """A factor: 3.4 times."""
    return f"{value:.1f}".removesuffix(".0") + " times"


def month(value: int | None, *, within: int) -> str:
    """A month of the plan, or that there is none."""
    return f"month{NO_BREAK}{value}" if value else f"not within {within} months"


def joined(words: list[str]) -> str:
    """A, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def counted(number: int, noun: str) -> str:
    """1 source, 5 sources."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def size(value: int) -> str:
    """A number of bytes for people."""
    return f"{value / 1024:,.0f} KB" if value >= 1024 else f"{value} bytes"


def capital(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


def web_address(url: str) -> str:
    """The address when it may become a link: http or https, a host, nothing odd in it; else an empty text."""
    if len(url) > URL_LIMIT or any(character.isspace() or character in "<>\"'\\`" for character in url):
        return ""
    try:
        found = urlsplit(url)
        port_is_fine = found.port is None or found.port > 0
    except ValueError:
        return ""
    if found.scheme not in ("http", "https") or not found.hostname or found.username or found.password:
        return ""
    return url if port_is_fine else ""


def opening(text: str, *, most: int = 120) -> str:
    """The first sentence, for a heading; empty when it is too long for one."""
    first = re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0].rstrip(".")
    return first if len(first) <= most else ""


def formula(text: str) -> str:
    """A formula with typographic signs."""
    return text.replace(" x ", " × ").replace(" * ", " × ").replace(" - ", " − ")


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def long_date(day: date) -> str:
    """1 May 2026, whatever the machine's language."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


SIMULATED_PLAN = "The plan of this work is simulated: the offline model, not Claude, decided which tasks were done."


def simulated_notice(simulated: Sequence[str], used: Sequence[str]) -> tuple[str, str]:
    """What has to stand at the top when the offline model wrote something: a headline, and what it holds for."""
    if not simulated:
        return "", ""
    scope = "" if set(used) <= set(simulated) else f"This holds for: {joined(list(simulated))}. "
    return (
        "Simulated: written by the offline model, not by Claude.",
        f"{scope}Texts and figures {'there ' if scope else ''}show the form of the result, not facts.",
    )
