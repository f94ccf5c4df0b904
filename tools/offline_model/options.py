"""How the offline model is told to behave at start: command line first, then environment, then default."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PREFIX = "HEYJARVIS_OFFLINE_"
"""Every option is also an environment variable: `--latency-ms` is `HEYJARVIS_OFFLINE_LATENCY_MS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Start-up options. Faults for single calls are scripted while it runs, see `faults.py`."""

    host: str = "127.0.0.1"
    """Address to listen on. Loopback: nothing here checks who asks."""
    port: int = 0
    """TCP port; 0 takes a free one, which the ready line names."""
    seed: int = 0
    """Same seed, request and schema: same answer. Another seed gives other names and figures."""
    latency_ms: float = 0.0
    """Time every model call takes in all, in milliseconds; a stream spreads it over its events."""
    fail_rate: float = 0.0
    """Share of model calls, 0 to 1, which fail with 429, 500 or 529, drawn from the seed."""
    rpm: int = 0
    """Requests per minute to each model; beyond it the answer is 429. 0, for this and the next two: no limit."""
    input_tpm: int = 0
    """Input tokens per minute to each model."""
    output_tpm: int = 0
    """Output tokens per minute of each model, charged when an answer ends."""
    log: Path | None = None
    """File to which every finished call is appended as a JSON line; None keeps it in memory only."""
    max_body: int = 32 * 1024 * 1024
    """Largest request body in bytes; beyond it the answer is 413, as the real API's."""

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ValueError(f"port must be 0 to 65535, not {self.port}")
        if not 0 <= self.latency_ms <= 3_600_000:
            raise ValueError(f"latency-ms must be 0 to 3600000, not {self.latency_ms:g}")
        if not 0 <= self.fail_rate <= 1:
            raise ValueError(f"fail-rate must be 0 to 1, not {self.fail_rate:g}")
        for name, limit in (("rpm", self.rpm), ("input-tpm", self.input_tpm), ("output-tpm", self.output_tpm)):
            if limit < 0:
                raise ValueError(f"{name} must be at least 0, not {limit}; 0 is no limit")
        if self.max_body < 1024:
            raise ValueError(f"max-body must be at least 1024 bytes, not {self.max_body}")

    @property
    def limits(self) -> Mapping[str, int]:
        """The limits that are on, as the API's headers name them."""
        named = {"requests": self.rpm, "input-tokens": self.input_tpm, "output-tokens": self.output_tpm}
        return {name: limit for name, limit in named.items() if limit}


def parse_options(argv: Sequence[str], environment: Mapping[str, str]) -> Options:
    """Reads the options; ends the process with a usage message when one is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.offline_model",
        description="A local server that speaks the Messages API without a key. Every answer is simulated and says so.",
        epilog=f"Each option is also an environment variable with the prefix {PREFIX}, for example {PREFIX}SEED.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        allow_abbrev=False,
    )
    default = Options()
    add = parser.add_argument
    add("--host", type=str, default=default.host, help="address to listen on")
    add("--port", type=int, default=default.port, help="TCP port; 0 takes a free one")
    add("--seed", type=int, default=default.seed, help="same seed, request and schema: same answer")
    add("--latency-ms", type=float, default=default.latency_ms, help="how long every model call takes in all")
    add("--fail-rate", type=float, default=default.fail_rate, help="share of calls failing with 429, 500, 529")
    add("--rpm", type=int, default=default.rpm, help="requests per minute to each model, 0 for no limit")
    add(
        "--input-tpm", type=int, default=default.input_tpm, help="input tokens per minute to each model, 0 for no limit"
    )
    add(
        "--output-tpm", type=int, default=default.output_tpm, help="output tokens per minute of each model, 0: no limit"
    )
    add("--log", type=Path, default=default.log, help="append every finished call to this file as a JSON line")
    add("--max-body", type=int, default=default.max_body, help="largest request body in bytes")
    parser.set_defaults(**_from_environment(parser, environment))
    try:
        return Options(**vars(parser.parse_args(argv)))
    except ValueError as error:
        parser.error(str(error))


def _from_environment(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> dict[str, str]:
    """argparse converts a default given as text with the option's own type, so text is what it gets."""
    found: dict[str, str] = {}
    for name in Options.__dataclass_fields__:
        value = environment.get(f"{PREFIX}{name.upper()}", "")
        if value:
            found[name] = value
    return found
