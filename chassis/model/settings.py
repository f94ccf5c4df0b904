"""Every knob of the door to Claude, read from the environment, frozen, checked at start.

`ANTHROPIC_*` are the standard names that every Anthropic client knows; ours begin with
`HEYJARVIS_MODEL_`, but for the two model ids. An empty variable counts as not set. Nothing here imports
the Anthropic library.
"""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from chassis.errors import ConfigurationError
from chassis.model.limits import Limits, Told
from chassis.settings import LayeredSettings
from chassis.spans import Seconds, SomeSeconds

Effort = Literal["low", "medium", "high", "xhigh", "max"]
"""How much thinking a model puts into an answer. Thinking is billed as output."""


class ModelSettings(LayeredSettings):
    """How to reach Claude, and how long, how often and how much at once."""

    model_config = SettingsConfigDict(env_prefix="HEYJARVIS_MODEL_", hide_input_in_errors=True)

    api_key: SecretStr | None = Field(default=None, validation_alias=AliasChoices("ANTHROPIC_API_KEY"))
    """The key of the Claude API. It wins when a token is set too."""
    auth_token: SecretStr | None = Field(default=None, validation_alias=AliasChoices("ANTHROPIC_AUTH_TOKEN"))
    """A bearer token instead of a key, as gateways want it."""
    base_url: str | None = Field(default=None, validation_alias=AliasChoices("ANTHROPIC_BASE_URL"))
    """Any server that speaks the Messages API, such as `http://127.0.0.1:8089`. Default: Anthropic's own.
    Set alone, without key or token, it is honoured: a placeholder key is sent."""
    credential_profile: str | None = Field(default=None, validation_alias=AliasChoices("ANTHROPIC_PROFILE"))
    """Name of a credential profile of the Anthropic library, used when neither key nor token is set."""
    federation_rule: str | None = Field(default=None, validation_alias=AliasChoices("ANTHROPIC_FEDERATION_RULE_ID"))
    """Set for workload identity; the Anthropic library then reads the rest of `ANTHROPIC_*` itself."""

    model: str = Field(default="claude-opus-5-5", min_length=1, validation_alias=AliasChoices("HEYJARVIS_MODEL"))
    """The model for work that needs judgement."""
    small_model: str = Field(
        default="claude-haiku-5-5", min_length=1, validation_alias=AliasChoices("HEYJARVIS_SMALL_MODEL")
    )
    """The model for routing, titles and extraction: about a fortieth of the price."""
    effort: Effort | None = None
    """Thinking effort of every call that names none. Default: what the model itself defaults to."""
    max_tokens: int = Field(default=32_000, ge=1, le=128_000)
    """Most output tokens of one call, thinking included, for a request that names no number."""
    max_tokens_limit: int = Field(default=64_000, ge=1, le=128_000)
    """How far `max_tokens` is raised, by doubling, when an answer was cut."""
    cache: Literal["off", "5m", "1h"] = "5m"
    """How long the server remembers a prompt; reading it back is far cheaper. `off` sends no cache mark."""

    web_search: Literal["auto", "on", "off"] = "auto"
    """Whether questions that need the web may search it with the model's own tool. `auto` asks the server what the
    model can (GET /v1/models/ID) and reads nothing where it cannot; `on` does not ask; `off` never searches."""
    web_search_tool: str = Field(default="web_search_20260318", pattern=r"^web_search_\d{8}$")
    """Version of that tool."""

    timeout: SomeSeconds = 600.0
    """Seconds for one `generate` that is given no deadline: waiting, calls, retries and repairs together."""
    connect_timeout: SomeSeconds = 5.0
    """Seconds to open a connection."""
    silence_timeout: SomeSeconds = 120.0
    """Seconds without a single byte after which a stream counts as dead. The API sends pings meanwhile."""

    repair_rounds: int = Field(default=2, ge=0, le=5)
    """How often a wrong answer is sent back with its errors. 0 takes the first answer or none."""
    retries: int = Field(default=2, ge=0, le=10)
    """How often one call is repeated after a failure that passes by itself. 0 leaves it to the caller."""
    backoff: SomeSeconds = 0.5
    """Seconds before the first such repeat; doubles each time, with jitter."""
    backoff_most: SomeSeconds = 8.0
    """Longest of these rests in seconds, unless the server names a longer one."""
    rate_limit_retries: int = Field(default=5, ge=0, le=20)
    """How often one call is repeated after a rate limit, beside `retries`."""
    rate_limit_wait: SomeSeconds = 60.0
    """Longest wait for a rate limit in seconds; a longer one is handed to the caller at once (RATE_LIMITED)."""
    rate_limit_spacing: SomeSeconds = 0.1
    """Mean seconds between two calls of the whole cluster right after a rate limit, so that nobody stampedes."""

    rpm: int | None = Field(default=None, ge=1)
    """Most requests per minute to each model, of the whole cluster. Default: what the provider's answers say."""
    input_tpm: int | None = Field(default=None, ge=1)
    """Most input tokens per minute to each model, those read from the prompt cache not counted. Default: as `rpm`."""
    output_tpm: int | None = Field(default=None, ge=1)
    """Most output tokens per minute of each model. Default: as `rpm`. These three need Redis."""

    concurrency: int = Field(default=32, ge=1, le=1000)
    """Calls of this process that may run at once; more wait their turn."""
    text_interval: Seconds = Field(default=0.1, ge=0, allow_inf_nan=False)
    """Least seconds between two pieces of partial text handed to `on_text`."""
    max_answer_chars: int = Field(default=2_000_000, ge=1)
    """An answer longer than this is cut off and refused: a bound on memory."""
    prices: Path | None = None
    """A TOML file like `chassis/model/prices.toml`; its models are added to, or replace, the built-in ones."""

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an http:// or https:// URL such as http://127.0.0.1:8089")
        return value.rstrip("/")

    @property
    def most(self) -> Limits:
        """The budgets that are set, as limits."""
        requests, input_, output = (
            None if limit is None else Told(limit=limit) for limit in (self.rpm, self.input_tpm, self.output_tpm)
        )
        return Limits(requests=requests, input=input_, output=output)

    @property
    def has_credentials(self) -> bool:
        """Whether there is something to prove who we are with."""
        return any((self.api_key, self.auth_token, self.credential_profile, self.federation_rule))

    def check(self) -> Self:
        """Raises ConfigurationError when no call could ever succeed."""
        if self.base_url is None and not self.has_credentials:
            raise ConfigurationError(
                "No way to reach Claude is configured. Set ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN), or point "
                "ANTHROPIC_BASE_URL at a compatible server; `python -m tools.offline_model --port 8089` starts one "
                "that needs no key (then ANTHROPIC_BASE_URL=http://127.0.0.1:8089).",
                reason="MODEL_NOT_CONFIGURED",
            )
        return self
