"""Compiles proto/ into gen/, and checks that gen/ still is what proto/ says.

    python -m tools.proto            write gen/
    python -m tools.proto --check    exit 1 and name the files that differ; write nothing

Both compile into a fresh temporary folder first. Writing then replaces only the files that
changed, each in one step, and removes what no proto accounts for, so processes that import
gen/ meanwhile never see half a file. gen/ holds no `__init__.py`: the import path equals the
proto package.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
GEN = ROOT / "gen"

_DECLARES_SERVICE = re.compile(r"^service\s+\w+", re.MULTILINE)
_COMPILE_LIMIT_SECONDS = 120


class CompileError(Exception):
    """protoc refused the sources; the message is its own."""


def compile_into(folder: Path, *, proto: Path = PROTO) -> None:
    """Writes the modules and stubs of every proto file below `proto` into `folder`."""
    sources = sorted(path.relative_to(proto) for path in proto.rglob("*.proto"))
    if not sources:
        raise CompileError(f"No .proto files below {proto}.")
    _protoc(proto, sources, f"--python_out={folder}", f"--pyi_out={folder}")
    # Only files with a service get a *_pb2_grpc module; the others would be empty shells.
    with_service = [path for path in sources if _DECLARES_SERVICE.search((proto / path).read_text("utf-8"))]
    if with_service:
        stubs = f"--mypy_grpc_out=only_async,quiet:{folder}"
        _protoc(proto, with_service, f"--grpc_python_out={folder}", stubs)


def _protoc(proto: Path, sources: list[Path], *outputs: str) -> None:
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{proto}", *outputs, *map(str, sources)]
    # protoc finds the plugin protoc-gen-mypy_grpc on PATH; it lies beside this interpreter.
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    done = subprocess.run(
        command,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=_COMPILE_LIMIT_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise CompileError(done.stderr.strip() or f"protoc ended with code {done.returncode}.")


def differences(fresh: Path, gen: Path = GEN) -> dict[Path, str]:
    """What a person must know: each file that differs, and how."""
    expected, actual = _contents(fresh), _contents(gen)
    found = dict.fromkeys(expected.keys() - actual.keys(), "missing")
    found |= dict.fromkeys(actual.keys() - expected.keys(), "belongs to no proto")
    found |= {path: "differs" for path in expected.keys() & actual.keys() if expected[path] != actual[path]}
    return dict(sorted(found.items()))


def synchronise(fresh: Path, gen: Path = GEN) -> dict[Path, str]:
    """Makes `gen` equal to `fresh` and returns what had to change."""
    changes = differences(fresh, gen)
    for path, why in changes.items():
        target = gen / path
        if why == "belongs to no proto":
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.new")
        draft.write_bytes((fresh / path).read_bytes())
        draft.replace(target)
    return changes


def _contents(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder): path.read_bytes() for path in files}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.proto", description="Compile proto/ into gen/.")
    parser.add_argument("--check", action="store_true", help="only compare; exit 1 when gen/ is out of date")
    check: bool = parser.parse_args().check
    with tempfile.TemporaryDirectory(prefix="heyjarvis-proto-") as name:
        fresh = Path(name)
        try:
            compile_into(fresh)
        except CompileError as error:
            print(error, file=sys.stderr)
            return 1
        changes = differences(fresh) if check else synchronise(fresh)
    for path, why in changes.items():
        print(f"gen/{path}: {why}" if check else f"gen/{path}")
    if check and changes:
        print("gen/ is not what proto/ says. Run `make proto` and commit the result.", file=sys.stderr)
        return 1
    if not changes:
        print("gen/ is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
