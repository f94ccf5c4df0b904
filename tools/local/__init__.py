"""The whole system on one machine: `python -m tools.local up`, `python -m tools.local run "REQUEST"`."""
