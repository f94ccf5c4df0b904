"""Numbers in words, one way throughout the dossier; and addresses that may become links."""

from urllib.parse import urlsplit

from agent_sdk.markdown import amount, compact

URL_LIMIT = 500
"""Characters of an address; longer ones are shown as no link."""


def money(value: float, currency: str) -> str:
    """An amount: EUR 1.2 million, EUR 115,000, EUR 4.50."""
    small = abs(value) < 1000 and value != int(value)
    shown = f"{currency} {abs(value):,.2f}" if small else amount(abs(value), currency)
    return f"−{shown.strip()}" if value < 0 and shown.strip(f"{currency} 0.,") else shown.strip()


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
    return f"{count(value)} %"


def times(value: float) -> str:
    """A factor: 3.4 times."""
    return f"{value:.1f}".removesuffix(".0") + " times"


def month(value: int | None, *, within: int) -> str:
    """A month of the plan, or that there is none."""
    return f"month {value}" if value else f"not within {within} months"


def joined(words: list[str]) -> str:
    """A, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


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
