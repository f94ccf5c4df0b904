"""What is in each image, and what is not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tools.images.build import Release
from tools.images.catalogue import ROOT, Image, images
from tools.images.engine import Engine

pytestmark = pytest.mark.timeout(900)

ASK_A_MODEL = ("agents", "mcp", "orchestrator", "pitch-deck")
"""Dependencies with the model's client: of the agents that write, and of the orchestrator, which plans."""

SHARED_CODE = {"nothing": set(), "chassis": {"chassis", "gen"}, "agent-sdk": {"chassis", "gen", "agent_sdk"}}
LOOK = """
import glob, importlib.util, json, os, ssl, sys
from importlib.metadata import distributions

def below(top):
    return (os.path.join(path, name) for path, folders, names in os.walk(top) for name in names + folders)

source = [file for top in ("/app", "/opt") for file in below(top) if file.endswith(".py")]
print(json.dumps({
    "user": [os.getuid(), os.getgid()],
    "packages": sorted(d.name for d in distributions(path=["/opt/common", "/opt/own"])),
    "code": sorted(os.listdir("/app")),
    "programs": [os.path.dirname(found)[5:] for found in glob.glob("/app/**/*/__main__.py", recursive=True)],
    "service": os.path.realpath("/app/service")[5:],
    "writable": [place for place in ("/app", "/opt", *below("/app"), *below("/opt")) if os.access(place, os.W_OK)],
    "without_bytecode": [file for file in source if not os.path.exists(importlib.util.cache_from_source(file))],
    "installers": [name for name in ("pip", "setuptools", "wheel", "ensurepip") if importlib.util.find_spec(name)],
    "authorities": ssl.create_default_context().cert_store_stats()["x509_ca"],
    "environment": dict(os.environ),
}))
"""


@pytest.fixture(scope="module", params=images(), ids=lambda image: image.name)
def image(request: pytest.FixtureRequest) -> Image:
    chosen: Image = request.param
    return chosen


@pytest.fixture(scope="module")
def inside(engine: Engine, release: Release, image: Image) -> dict[str, Any]:
    """What a program sees that runs in the image."""
    seen: dict[str, Any] = engine.python(release.tag(image), LOOK)
    return seen


def locked(image: Image) -> set[str]:
    """The packages that the lock files of an image name, those for other systems included."""
    names = ([] if image.stands_on == "nothing" else ["common"]) + ([image.extra] if image.extra else [])
    text = "\n".join((ROOT / "requirements" / f"{name}.lock").read_text("utf-8") for name in names)
    return set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


def test_it_holds_the_packages_of_its_lock_files_and_no_other(inside: dict[str, Any], image: Image) -> None:
    installed = {re.sub(r"[-_.]+", "-", name).lower() for name in inside["packages"]}
    assert installed <= locked(image)
    assert {"grpcio", "redis"} <= installed or image.stands_on == "nothing"
    assert ("kubernetes" in installed) == (image.name == "scaler")
    assert ("anthropic" in installed) == (image.extra in ASK_A_MODEL)


def test_it_holds_its_own_code_and_what_it_stands_on(inside: dict[str, Any], image: Image) -> None:
    code = {name for name in inside["code"] if not name.endswith(".dist-info")}
    own = image.folder.partition("/")[0]
    assert code == SHARED_CODE[image.stands_on] | {own, "service", "__main__.py", "__pycache__", "LICENSE"}
    assert inside["service"] == image.folder
    assert {image.folder, "service"} == set(inside["programs"])


def test_its_user_has_no_name_to_be_root_and_may_write_nothing(inside: dict[str, Any]) -> None:
    assert inside["user"] == [10001, 10001]
    assert not inside["writable"]


def test_nothing_is_compiled_or_installed_when_it_runs(inside: dict[str, Any]) -> None:
    assert not inside["without_bytecode"]
    assert not inside["installers"]


def test_it_can_check_the_certificates_of_the_model(inside: dict[str, Any]) -> None:
    assert inside["authorities"] > 0


def test_python_itself_is_what_the_engine_starts(engine: Engine, release: Release, image: Image) -> None:
    config = engine.inspect(release.tag(image))["Config"]
    assert config["Entrypoint"] == ["python", "/app"]
    assert not config["Cmd"]
    assert config["User"] == "10001:10001"
    assert config["ExposedPorts"] == {f"{image.port}/tcp": {}}
    assert config["Healthcheck"]["Test"][0] == "CMD"


def test_its_labels_say_what_it_is(engine: Engine, release: Release, image: Image) -> None:
    labels = engine.inspect(release.tag(image))["Config"]["Labels"]
    said = {key.removeprefix("org.opencontainers.image."): value for key, value in labels.items()}
    assert said == {
        "title": f"HeyJarvis {image.name}",
        "description": image.description,
        "version": release.version,
        "revision": release.revision,
        "created": release.created,
        "source": release.source,
        "licenses": "Apache-2.0",
    }
    assert release.created


def test_images_hold_what_they_share_once(engine: Engine, release: Release) -> None:
    """Each image adds two layers of its own to those of what it stands on: its packages and its code."""
    layers = {image.name: engine.inspect(release.tag(image))["RootFS"]["Layers"] for image in images()}
    for image in images():
        for other in images():
            if image.stands_on == other.stands_on:
                assert layers[image.name][:-2] == layers[other.name][:-2]
    assert layers["approvals"][:-2] == layers["orchestrator"][: len(layers["approvals"]) - 2]
    assert layers["agent-branding"][:-1] == layers["agent-market-research"][:-1]
