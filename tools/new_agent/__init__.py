"""Writes a new agent: a folder that runs, its tests, its template, and the few lines where agents are named.

`names.py` says what may be a name, `changes.py` works out every file before anything is touched, `writing.py` puts
them in place, all or none. `templates/` holds the files as they are written, `$words` to be filled in.
"""
