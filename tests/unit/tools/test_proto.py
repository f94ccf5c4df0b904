"""The generated tree: the check sees every kind of drift, writing repairs it and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.proto import CompileError, compile_into, differences, synchronise

SERVICE = """
syntax = "proto3";
package demo.v1;
service EchoService { rpc Echo(EchoRequest) returns (EchoResponse); }
message EchoRequest { string text = 1; }
message EchoResponse { string text = 1; }
"""
MESSAGE = """
syntax = "proto3";
package demo.v1;
// The service of another file says hello.
message Hello {}
"""


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path]:
    fresh, gen = tmp_path / "fresh", tmp_path / "gen"
    for tree in (fresh, gen):
        (tree / "demo").mkdir(parents=True)
        (tree / "demo" / "same.py").write_text("same")
    (fresh / "demo" / "new.py").write_text("new")
    (fresh / "demo" / "changed.py").write_text("after")
    (gen / "demo" / "changed.py").write_text("before")
    (gen / "demo" / "stale.py").write_text("stale")
    return fresh, gen


def test_every_kind_of_drift_is_named(trees: tuple[Path, Path]) -> None:
    assert differences(*trees) == {
        Path("demo/changed.py"): "differs",
        Path("demo/new.py"): "missing",
        Path("demo/stale.py"): "belongs to no proto",
    }


def test_writing_repairs_the_drift_and_leaves_equal_files_alone(trees: tuple[Path, Path]) -> None:
    fresh, gen = trees
    untouched = (gen / "demo" / "same.py").stat().st_mtime_ns
    synchronise(fresh, gen)
    assert differences(fresh, gen) == {}
    assert not (gen / "demo" / "stale.py").exists()
    assert (gen / "demo" / "same.py").stat().st_mtime_ns == untouched


def test_bytecode_is_no_drift(trees: tuple[Path, Path]) -> None:
    fresh, gen = trees
    synchronise(fresh, gen)
    (gen / "demo" / "__pycache__").mkdir()
    (gen / "demo" / "__pycache__" / "same.pyc").write_bytes(b"")
    assert differences(fresh, gen) == {}


def test_only_a_file_with_a_service_gets_a_grpc_module(tmp_path: Path) -> None:
    proto, out = tmp_path / "proto", tmp_path / "out"
    (proto / "demo" / "v1").mkdir(parents=True)
    out.mkdir()
    (proto / "demo" / "v1" / "echo.proto").write_text(SERVICE)
    (proto / "demo" / "v1" / "hello.proto").write_text(MESSAGE)
    compile_into(out, proto=proto)
    assert {path.name for path in (out / "demo" / "v1").iterdir()} == {
        "echo_pb2.py",
        "echo_pb2.pyi",
        "echo_pb2_grpc.py",
        "echo_pb2_grpc.pyi",
        "hello_pb2.py",
        "hello_pb2.pyi",
    }


def test_a_broken_proto_is_an_error_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "broken.proto").write_text('syntax = "proto3";\nmessage {')
    with pytest.raises(CompileError, match=r"broken\.proto:2"):
        compile_into(tmp_path, proto=tmp_path)


def test_no_proto_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CompileError, match=r"No \.proto files"):
        compile_into(tmp_path, proto=tmp_path)
