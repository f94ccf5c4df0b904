"""The conversation that `jarvis` is when it is given no command."""
