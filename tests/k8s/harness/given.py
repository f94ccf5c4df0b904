"""Which cluster the tests use: one that somebody gave, or one of their own.

HEYJARVIS_K8S_TESTS   own: start a control plane, whatever KUBECONFIG says
                      kubeconfig: the cluster of KUBECONFIG, else of ~/.kube/config
                      empty: the cluster of KUBECONFIG when it is set, else a control plane of their own
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "HEYJARVIS_K8S_TESTS"


def given_kubeconfig() -> Path | None:
    """The administrator's kubeconfig of the cluster to use; None: start one."""
    choice = os.environ.get(VARIABLE, "")
    named = os.environ.get("KUBECONFIG", "")
    if choice not in ("", "own", "kubeconfig"):
        raise ValueError(f"{VARIABLE} is {choice!r}; set it to `own` or `kubeconfig`, or leave it empty.")
    if choice == "own" or not (choice or named):
        return None
    path = Path(named or Path.home() / ".kube" / "config")
    if not path.is_file():
        raise ValueError(f"There is no kubeconfig at {path}. Set KUBECONFIG to one file, or {VARIABLE}=own.")
    return path
