"""What the tested images stand on: the image that PYTHON_IMAGE names, else a local one, made without any registry.

The local one is Debian with its Python, made by mmdebstrap once and kept outside of the checkout. What this machine
needs to reach the package index (its certificates, its index) goes in here, never into the project's Dockerfile.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools.images.engine import Engine, EngineError

SUITE = "bookworm"
NAME = f"heyjarvis-test/python:{SUITE}"
MAKE_LIMIT = 900.0
PACKAGES = ("python3", "python3-pip", "python3-venv", "ca-certificates")
HOST_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_INDEX_VARIABLES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST")


def base_image(engine: Engine) -> str:
    """The name of an image with Python to build on."""
    if named := os.environ.get("PYTHON_IMAGE"):
        return named
    archive = _archive()
    settings = [f"ENV {name}={os.environ[name]}" for name in _INDEX_VARIABLES if os.environ.get(name)]
    settings += [f"ENV PIP_CERT={HOST_CERTIFICATES}", f"ENV SSL_CERT_FILE={HOST_CERTIFICATES}"]
    changes = [word for setting in settings for word in ("--change", setting)]
    engine.ask("import", *changes, str(archive), NAME, timeout=MAKE_LIMIT)
    return NAME


def _archive() -> Path:
    """The packed root of the image, made when it is not in the cache."""
    recipe = _recipe()
    key = hashlib.sha256("\0".join([*recipe, _certificates()]).encode()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "heyjarvis"
    archive = cache / f"python-{SUITE}-{key}.tar.gz"
    if archive.exists():
        return archive
    if shutil.which("mmdebstrap") is None:
        raise EngineError(
            "These tests make the image that others stand on with mmdebstrap, which is not installed (Debian, Ubuntu: "
            "apt-get install mmdebstrap). Or name one: make test-containers PYTHON_IMAGE=python:3.12-slim"
        )
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        made = Path(folder) / "root.tar.gz"
        done = subprocess.run(
            [*recipe, SUITE, str(made)], capture_output=True, text=True, timeout=MAKE_LIMIT, check=False
        )
        if done.returncode != 0:
            said = "\n".join(done.stderr.strip().splitlines()[-15:])
            raise EngineError(f"mmdebstrap could not make a Debian {SUITE}:\n{said}")
        made.rename(archive)
    return archive


def _recipe() -> list[str]:
    recipe = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(PACKAGES)}"]
    recipe += [f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in ("doc", "man", "locale")]
    if HOST_CERTIFICATES.exists():
        recipe.append(f"--customize-hook=copy-in {HOST_CERTIFICATES} {HOST_CERTIFICATES.parent}")
    recipe.append('--customize-hook=ln -s python3 "$1/usr/bin/python"')
    recipe.append('--customize-hook=rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED')
    return recipe


def _certificates() -> str:
    return hashlib.sha256(HOST_CERTIFICATES.read_bytes()).hexdigest() if HOST_CERTIFICATES.exists() else ""
