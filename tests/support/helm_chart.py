"""The chart as tests see it: rendered by the real helm, read as objects.

Rendering needs no cluster. `Rendered` finds objects by kind and name; `VALUE_SETS` are the values that must hold
everywhere, the last of them all there is switched on.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tools import gotools

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "charts" / "heyjarvis"
RELEASE = "hj"
NAMESPACE = "demo"
OPTIONAL_APIS = ("monitoring.coreos.com/v1", "keda.sh/v1alpha1")
"""What a cluster may know besides Kubernetes itself."""

Manifest = dict[str, Any]
"""One object, as YAML says it."""


class Refused(Exception):
    """helm would not render; the message is what a person reads."""


@dataclass(frozen=True)
class Rendered:
    """All objects of one rendering."""

    manifests: tuple[Manifest, ...]

    def of_kind(self, kind: str) -> list[Manifest]:
        """In the order of the rendering."""
        return [each for each in self.manifests if each["kind"] == kind]

    def one(self, kind: str, name: str) -> Manifest:
        """The object `hj-NAME`, or of exactly this name; it has to be there once."""
        (found,) = [each for each in self.of_kind(kind) if each["metadata"]["name"] in (name, f"{RELEASE}-{name}")]
        return found

    def names(self, kind: str) -> set[str]:
        """Without the release."""
        return {str(each["metadata"]["name"]).removeprefix(f"{RELEASE}-") for each in self.of_kind(kind)}

    def pods(self) -> Iterator[tuple[str, Manifest]]:
        """Every pod there would be, by the name of what makes it: its template's metadata and spec."""
        for each in self.manifests:
            if each["kind"] in ("Deployment", "StatefulSet"):
                yield str(each["metadata"]["name"]).removeprefix(f"{RELEASE}-"), each["spec"]["template"]
            elif each["kind"] == "Pod":
                yield str(each["metadata"]["name"]).removeprefix(f"{RELEASE}-"), each

    def pod(self, name: str) -> Manifest:
        """The pod of the Deployment, StatefulSet or Pod of this name."""
        return dict(self.pods())[name]

    def agents(self) -> list[Manifest]:
        """The Deployments of agents."""
        return [each for each in self.of_kind("Deployment") if component(each) == "agent"]


def component(manifest: Manifest) -> str:
    """What an object belongs to: orchestrator, agent, redis and so on."""
    return str(manifest["metadata"]["labels"]["app.kubernetes.io/component"])


def container(pod: Manifest) -> Manifest:
    """The only container of a pod."""
    (only,) = pod["spec"]["containers"]
    assert isinstance(only, dict)
    return only


def environment(pod: Manifest) -> dict[str, Any]:
    """Name -> value, or where it comes from."""
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in container(pod)["env"]}


def helm(*arguments: str) -> str:
    """Runs helm and gives what it printed. Raises Refused with what it complained about."""
    done = subprocess.run(
        [str(gotools.find("helm")), *arguments], capture_output=True, text=True, check=False, timeout=150, cwd=ROOT
    )
    if done.returncode != 0:
        raise Refused(done.stderr + done.stdout)
    return done.stdout


@cache
def render(
    *settings: str, files: Sequence[str] = (), apis: Sequence[str] = OPTIONAL_APIS, release: str = RELEASE
) -> Rendered:
    """The chart with value files of the chart or absolute ones, and `name=value` settings (JSON values), on a cluster
    that knows `apis`."""
    words = ["template", release, str(CHART), "--namespace", NAMESPACE]
    words += [word for file in files for word in ("--values", str(CHART / file))]
    words += [word for setting in settings for word in ("--set-json", setting)]
    words += [word for api in apis for word in ("--api-versions", api)]
    loaded = yaml.safe_load_all(helm(*words))
    return Rendered(tuple(each for each in loaded if each is not None))


EVERYTHING = str(Path(__file__).with_name("chart_everything.yaml"))
VALUE_SETS: dict[str, tuple[str, ...]] = {
    "default": (),
    "kind": ("values-kind.yaml",),
    "production": ("values-production.yaml",),
    "everything": (EVERYTHING,),
}
"""The four sets that everything is tested with."""
