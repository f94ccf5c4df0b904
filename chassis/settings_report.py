"""What people are told about their settings: wrong values, and variables nobody reads."""

import ast
import difflib
import inspect
import itertools
import textwrap
from collections.abc import Iterator, Mapping

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

_SECRET_WORDS = ("key", "token", "secret", "password", "redis_url")
_CLOSE = 0.8
"""How alike two names are before one counts as a slip of the other: services share an environment, so a variable that
resembles nothing of ours is most likely another service's."""


def variable_of(settings: type[BaseModel], field: str) -> str:
    """The environment variable that sets `field`."""
    info = settings.model_fields.get(field)
    if info is not None and isinstance(info.validation_alias, AliasChoices):
        return str(info.validation_alias.choices[0])
    return (str(settings.model_config.get("env_prefix", "")) + field).upper()


def explain(settings: type[BaseSettings], error: Exception) -> str:
    """One screen: which variable is wrong, why, what it means and what to do."""
    blocks = _blocks(settings, error) if isinstance(error, ValidationError) else [str(error)]
    lines = ["HeyJarvis cannot start: its settings are wrong.", ""]
    for block in blocks:
        lines += [textwrap.indent(block, "  "), ""]
    lines.append("Correct the variable, or unset it to get its default, and start again.")
    return "\n".join(lines)


def _blocks(settings: type[BaseSettings], error: ValidationError) -> Iterator[str]:
    docs = _docstrings(settings)
    for problem in error.errors(include_url=False):
        text = problem["msg"].removeprefix("Value error, ")
        if not problem["loc"]:
            yield text
            continue
        variable, field = _named(settings, [str(part) for part in problem["loc"]])
        shown = "(hidden)" if _is_secret(settings, field) else repr(problem["input"])[:200]
        yield f"{variable} = {shown}\n  Wrong: {text}.\n  Means: {docs.get(field, 'see the README of this service')}"


def _is_secret(settings: type[BaseSettings], field: str) -> bool:
    """Whether a value may not be shown: by the field's name, or because the field says so with `repr=False`."""
    info = settings.model_fields.get(field)
    return any(word in field.lower() for word in _SECRET_WORDS) or (info is not None and not info.repr)


def _named(settings: type[BaseSettings], where: list[str]) -> tuple[str, str]:
    """The variable and the field a problem's location means; pydantic names a field by its first alias."""
    by_variable = {variable_of(settings, field): field for field in settings.model_fields}
    field = by_variable.get(where[0], where[0])
    return "__".join([variable_of(settings, field), *(part.upper() for part in where[1:])]), field


def _docstrings(settings: type[BaseSettings]) -> dict[str, str]:
    """The docstring under each field. Read from the source, and only when something is wrong: start-up stays quick."""
    docs: dict[str, str] = {}
    for owner in reversed(settings.__mro__):
        if not issubclass(owner, BaseSettings) or owner is BaseSettings:
            continue
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
        except (OSError, TypeError):
            continue
        body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
        for field, below in itertools.pairwise(body):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
            ):
                docs[field.target.id] = inspect.cleandoc(str(below.value.value))
    return docs


def unknown_variables(settings: type[BaseSettings], environment: Mapping[str, str]) -> list[str]:
    """A line for each HEYJARVIS_ variable that looks like a misspelt setting of ours."""
    known = set(_variables(settings))
    lines = []
    for name in sorted(environment):
        upper = name.upper()
        if not upper.startswith("HEYJARVIS_") or upper in known:
            continue
        if any(upper.startswith(f"{one}__") for one in known):
            continue
        bare = {one.removeprefix("HEYJARVIS_"): one for one in known}
        close = difflib.get_close_matches(upper.removeprefix("HEYJARVIS_"), bare, n=1, cutoff=_CLOSE)
        if close:
            lines.append(f"{name} is not a setting and is ignored; did you mean {bare[close[0]]}?")
    return lines


def _variables(model: type[BaseModel], prefix: str | None = None) -> Iterator[str]:
    for field, info in model.model_fields.items():
        yield from _aliases(info)
        yield variable_of(model, field) if prefix is None else f"{prefix}{field}".upper()
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseSettings):
            yield from _variables(info.annotation)


def _aliases(info: FieldInfo) -> Iterator[str]:
    if isinstance(info.validation_alias, AliasChoices):
        yield from (str(choice).upper() for choice in info.validation_alias.choices)
    elif isinstance(info.validation_alias, str):
        yield info.validation_alias.upper()
