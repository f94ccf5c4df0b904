"""Whether anything is lost: people who ask, watch, decide and cancel; faults; judges who stand outside.

| file | holds |
|---|---|
| `crowd.py` | the people; whatever breaks for them, they go on |
| `judges.py`, `ledger.py` | what must hold: from run logs and streams; from the model server's own ledger |
| `verify.py` | the crowd and the judges against a system that runs: `jarvis verify` |
| `suite.py`, `faults.py` | the same while everything fails: `make chaos`, `jarvis verify --faults` |
| `world.py`, `proxy.py` | the system that faults happen to, and the network between its parts |
| `vitals.py`, `waiting.py` | what its processes hold: memory, open files; how long work waits to be taken |
| `report.py` | what is told at the end |
"""
