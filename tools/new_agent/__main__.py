"""`make new-agent NAME=legal_review`: writes a running agent, and says what to do next."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.images.catalogue import ROOT
from tools.new_agent.changes import changes_for
from tools.new_agent.names import NameRefused, agent_name
from tools.new_agent.writing import write


def main(words: list[str], root: Path = ROOT) -> int:
    """The exit code."""
    try:
        name = agent_name(words[0].strip() if words else "")
        changes = changes_for(name, root)
    except NameRefused as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    if changes.nothing:
        print(f"The agent {name.type} is there already, as it would be written. Nothing was changed.")
        return 0
    write(changes, root)
    print(f"Wrote the agent {name.type}:\n")
    for path in changes.new:
        print(f"  + {path}")
    for path in changes.changed:
        print(f"  ~ {path}")
    print(
        f'\nIt runs:  make run REQUEST="A {name.words} of a bakery in Lyon"'
        f'\nTest it:  make test ARGS="-k {name.type}"'
        f"\nThen write what it is about: services/agents/{name.type}/prompt.py and models.py, and its template"
        f"\nservices/templates/catalogue/{name.slug}.yaml. docs/adding-an-agent.md goes through it."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
