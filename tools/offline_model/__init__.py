"""The offline model: an HTTP server that speaks the Messages API and needs no key.

It lets the real client and every line of the real path run without Claude. What it answers is
written from the words of the request, always the same for the same seed, valid for the schema asked
for, and marked as simulated. Start with `python -m tools.offline_model`; tests use `OfflineModel`.
"""

from tools.offline_model.options import Options
from tools.offline_model.service import OfflineModel

__all__ = ["OfflineModel", "Options"]
