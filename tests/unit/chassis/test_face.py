"""The public face of the chassis holds still, and costs little."""

import subprocess
import sys

import chassis


def test_every_exported_name_exists() -> None:
    assert sorted(chassis.__all__) == list(chassis.__all__)
    assert all(getattr(chassis, name) is not None for name in chassis.__all__)


def test_rules_that_import_the_errors_load_nothing_else() -> None:
    heavy = "('grpc', 'redis', 'pydantic', 'opentelemetry', 'structlog')"
    code = f"import sys, chassis.errors; assert not [m for m in {heavy} if m in sys.modules]"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_server_starts_without_what_it_does_not_use() -> None:
    heavy = "('opentelemetry.sdk', 'rich', 'protovalidate', 'anthropic', 'prometheus_client')"
    code = f"import sys; from chassis import serve; assert not [m for m in {heavy} if m in sys.modules]"
    subprocess.run([sys.executable, "-c", code], check=True)
