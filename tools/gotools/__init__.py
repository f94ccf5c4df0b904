"""Programs written in Go that the tests need: built from Go modules by name and version, kept outside the checkout.

    python -m tools.gotools                        build what is missing, list everything
    python -m tools.gotools helm                   build helm when it is missing, print its path
    python -m tools.gotools --list                 list; build nothing

    from tools import gotools
    gotools.find("helm")                           its path, or ToolError that says what to run

Each folder here with a `go.mod` pins one module with everything it needs, hashes in `go.sum`; `catalogue.py` names the
programs, `build.py` builds them. A built program never changes: another version is another folder of the cache.
"""

from tools.gotools.build import build, find
from tools.gotools.catalogue import TOOLS, Tool, ToolError

__all__ = ["TOOLS", "Tool", "ToolError", "build", "find"]
