"""Which programs there are, which version of each, and where each is kept once it is built.

The versions stand in the go.mod files and nowhere else. A module's folder in the cache carries a digest of all that
makes its programs what they are: go.mod, go.sum, the flags of the build. Two checkouts that agree on them share one
build; a change of any of them leaves the old programs alone.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

MODULES = Path(__file__).resolve().parent
"""Where the go.mod files are, a folder each."""

CACHE_VARIABLE = "HEYJARVIS_TOOLS_CACHE"
_DIGEST_LENGTH = 12


class ToolError(Exception):
    """A program cannot be had; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One program."""

    name: str
    """What it is called, here and as a file."""
    package: str
    """The Go package of its `main`."""
    module: str
    """The folder here whose go.mod pins it. Programs of one module are built together: they share their parts."""
    source: str
    """The module path whose version is the program's version."""
    stamps: tuple[str, ...] = ()
    """Variables to set at link time, `{version}`, `{major}` and `{minor}` filled in. Built from a module, a program
    does not know its version; kube-apiserver decides by it which features exist."""
    minutes: float
    """How long a first build of its module takes on two cores, roughly; told to people who wait."""

    @property
    def version(self) -> str:
        """As in go.mod, such as `v4.3.1`."""
        text = (MODULES / self.module / "go.mod").read_text("utf-8")
        found = re.search(rf"^(?:require)?\s*{re.escape(self.source)} (v\S+)", text, re.MULTILINE)
        if found is None:
            raise ToolError(f"{MODULES / self.module / 'go.mod'} requires no {self.source}: run `go mod tidy` there.")
        return found[1]

    @property
    def link_flags(self) -> str:
        """For the linker: no symbol tables, and the stamps."""
        major, minor = self.version.removeprefix("v").split(".")[:2]
        stamps = [each.format(version=self.version, major=major, minor=minor) for each in self.stamps]
        return " ".join(["-s", "-w", *(f"-X {each}" for each in stamps)])

    @property
    def path(self) -> Path:
        """Where the built program is, or will be."""
        return cache() / f"{self.module}-{_digest(self.module)}" / "bin" / self.name


def cache() -> Path:
    """`HEYJARVIS_TOOLS_CACHE`, or the folder for such things in the person's home; never inside the checkout."""
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen).absolute() / "tools"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "heyjarvis" / "tools"


def of_module(module: str) -> list[Tool]:
    """The programs that are built together."""
    return [tool for tool in TOOLS.values() if tool.module == module]


def _digest(module: str) -> str:
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum"):
        digest.update((MODULES / module / name).read_bytes())
    for tool in of_module(module):
        digest.update(f"{tool.name} {tool.package} {tool.link_flags}\n".encode())
    return digest.hexdigest()[:_DIGEST_LENGTH]


def _kubernetes(name: str) -> Tool:
    variables = ("gitVersion={version}", "gitMajor={major}", "gitMinor={minor}", "gitTreeState=archive")
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    return Tool(
        name=name,
        package=f"k8s.io/kubernetes/cmd/{name}",
        module="kubernetes",
        source="k8s.io/kubernetes",
        stamps=tuple(f"{package}.{variable}" for package in packages for variable in variables),
        minutes=10,
    )


_ALL = (
    Tool(
        name="helm",
        package="helm.sh/helm/v4/cmd/helm",
        module="helm",
        source="helm.sh/helm/v4",
        stamps=("helm.sh/helm/v4/internal/version.version={version}",),
        minutes=4,
    ),
    Tool(
        name="grpcurl",
        package="github.com/fullstorydev/grpcurl/cmd/grpcurl",
        module="grpcurl",
        source="github.com/fullstorydev/grpcurl",
        stamps=("main.version={version}",),
        minutes=1,
    ),
    Tool(
        # The version that kube-apiserver's own client is of; the two share most of their parts.
        name="etcd",
        package="go.etcd.io/etcd/server/v3",
        module="kubernetes",
        source="go.etcd.io/etcd/server/v3",
        minutes=10,
    ),
    _kubernetes("kube-apiserver"),
    _kubernetes("kube-controller-manager"),
)

TOOLS = {tool.name: tool for tool in _ALL}
"""Every program, by name."""
