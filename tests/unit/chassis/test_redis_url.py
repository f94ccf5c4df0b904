import pytest
from redis.exceptions import AuthenticationError, BusyLoadingError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from chassis.errors import ConfigurationError, Unavailable
from chassis.redis import away, masked, open_redis


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis://:pa55@h:1/2", "redis://***@h:1/2"),
        ("rediss://ana:p%40ss@h?password=x", "rediss://***@h"),
        ("unix:///run/redis.sock?password=x", "unix:///run/redis.sock"),
    ],
)
def test_a_shown_url_has_no_credentials(url: str, shown: str) -> None:
    assert masked(url) == shown


@pytest.mark.parametrize("url", ["http://h", "redis+cluster://h", "h:6379", ""])
async def test_a_scheme_we_do_not_speak_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="redis://host:port/db"):
        async with open_redis(url):
            pass


def test_what_heals_by_waiting_is_unavailable() -> None:
    for error in (RedisConnectionError("gone"), RedisTimeoutError("slow"), BusyLoadingError("loading")):
        assert isinstance(away(error), Unavailable)
    assert away(ResponseError("WRONGTYPE")) is None
    assert away(AuthenticationError("no")) is None
    assert away(ValueError()) is None
