"""Writes what an installation would know of the project, into an image where nothing of it is installed.

    python metadata.py pyproject.toml FOLDER

Its version, which servers tell, and its entry points, by which the scaler finds its strategies. Run while an image is
built; standard library only, as the build holds nothing else.
"""

import sys
import tomllib
from pathlib import Path


def write_metadata(project_file: Path, folder: Path) -> Path:
    """The folder that `importlib.metadata` reads when `folder` is on the path."""
    with project_file.open("rb") as file:
        project = tomllib.load(file)["project"]
    made = folder / f"{project['name']}-{project['version']}.dist-info"
    made.mkdir(parents=True)
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (made / "METADATA").write_text(head, "utf-8")
    groups = project.get("entry-points", {})
    lines = []
    for group, points in groups.items():
        lines += [f"[{group}]", *(f"{name} = {place}" for name, place in points.items())]
    (made / "entry_points.txt").write_text("\n".join([*lines, ""]), "utf-8")
    return made


if __name__ == "__main__":
    write_metadata(Path(sys.argv[1]), Path(sys.argv[2]))
