"""What `jarvis` ends with; every help page ends with this list."""

OK = 0
"""Done."""
FAILED = 1
"""The workflow failed or was cancelled, or something else went wrong."""
USAGE = 2
"""The command or one of its values is wrong."""
UNREACHABLE = 3
"""Nothing answers at the address."""
NOT_FOUND = 4
"""There is no such workflow, approval or template."""
REFUSED = 5
"""The state forbids it, it exists already, or you may not."""
INTERRUPTED = 130
"""Ctrl-C."""

EPILOG = (
    "Exit codes: 0 done · 1 the workflow failed or was cancelled, or another error · 2 wrong usage · "
    "3 nothing answers · 4 not found · 5 refused in this state · 130 interrupted"
)
