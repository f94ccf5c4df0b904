"""What a Redis URL means.

    redis://[user:password@]host[:6379][/db]                       one server (`unix:///path/to/socket` as well)
    redis+sentinel://[user:password@]host[:26379],.../name[/db]    the primary that these Sentinels know by this name
    redis+cluster://[user:password@]host[:6379],...                a Redis Cluster; any of its nodes to begin with

`rediss` instead of `redis` speaks TLS. Options of redis-py follow after `?`, such as `ssl_ca_certs=/etc/ca.pem`.
User and password are those of the Redis servers; Sentinels that want some get `?sentinel_username=`,
`?sentinel_password=`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlencode

from redis.asyncio.connection import parse_url

Kind = Literal["server", "sentinel", "cluster"]

_PLAIN = ("redis", "rediss", "unix")
_SENTINEL = ("redis+sentinel", "rediss+sentinel")
_CLUSTER = ("redis+cluster", "rediss+cluster")
_PORTS = {"server": 6379, "sentinel": 26379, "cluster": 6379}
_OF_SENTINELS = "sentinel_"

EXPECTED = (
    "redis://host:port/db, redis+sentinel://host:port,host:port/name/db, redis+cluster://host:port,host:port, the "
    "same with rediss (TLS), or unix:///path/to/socket"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where Redis is."""

    kind: Kind
    plain: str
    """The URL for redis-py, without what it does not know; of several hosts the first."""
    hosts: tuple[tuple[str, int], ...] = ()
    """The Sentinels, or nodes of the cluster to begin with."""
    name: str = ""
    """What the Sentinels call the primary."""
    sentinel_options: Mapping[str, str] = field(default_factory=dict)
    """How to speak to the Sentinels: username, password."""

    def options(self) -> dict[str, Any]:
        """What redis-py makes of the URL: arguments of a connection."""
        return dict(parse_url(self.plain))


def parse(url: str) -> Target:
    """The meaning of a URL. Raises ValueError, which says what is wrong."""
    scheme, _, rest = url.partition("://")
    if scheme in _PLAIN:
        parse_url(url)
        return Target(kind="server", plain=url)
    if scheme not in (*_SENTINEL, *_CLUSTER):
        raise ValueError(f"it has the scheme {scheme!r}; it must be one of {EXPECTED}")
    kind: Kind = "sentinel" if scheme in _SENTINEL else "cluster"
    rest, _, query = rest.partition("?")
    netloc, _, path = rest.partition("/")
    credentials, at, hosts = netloc.rpartition("@")
    name, _, db = path.partition("/")
    if kind == "cluster":
        name, db = "", name
        if db not in ("", "0"):
            raise ValueError(f"it has the database {db!r}, and a Redis Cluster has only 0; leave it out")
    elif not name:
        raise ValueError("it does not say which primary the Sentinels are asked for; write .../name or .../name/db")
    if db and not db.isdecimal():
        raise ValueError(f"it has the database {db!r}; that is a number")
    listed = tuple(_host(host, _PORTS[kind]) for host in hosts.split(","))
    options = parse_qsl(query, keep_blank_values=True)
    of_sentinels = {key: value for key, value in options if key.startswith(_OF_SENTINELS)}
    if kind == "cluster" and of_sentinels:
        raise ValueError(f"{', '.join(of_sentinels)} belongs to a redis+sentinel:// URL")
    kept = urlencode([(key, value) for key, value in options if key not in of_sentinels])
    tls = scheme.partition("+")[0]
    first = hosts.split(",")[0]
    plain = f"{tls}://{credentials}{at}{first}/{db}{'?' if kept else ''}{kept}"
    parse_url(plain)
    return Target(
        kind=kind,
        plain=plain,
        hosts=listed,
        name=unquote(name),
        sentinel_options={key.removeprefix(_OF_SENTINELS): value for key, value in of_sentinels.items()},
    )


def masked(url: str) -> str:
    """The URL as it may be shown: user and password hidden, query dropped."""
    scheme, separator, rest = url.partition("?")[0].partition("://")
    # The last @, also beyond a slash: that is where the host begins, however little of the password was quoted.
    before, _, shown = rest.rpartition("@")
    return f"{scheme}{separator}{'***@' if before else ''}{shown}"


def _host(text: str, default: int) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or port.endswith("]"):  # no port, or the end of an IPv6 address
        host, port = text, str(default)
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"{text!r} is no host:port")
    return host, int(port)
