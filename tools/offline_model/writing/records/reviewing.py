"""The judgement of a review: every question of the prompt answered, nothing found.

The offline model cannot judge, and says so in each reason. What code finds is found all the same.
"""

import re

from tools.offline_model.writing.records.shared import Record
from tools.offline_model.writing.world import NOTE

SCORE = 0.6
"""Given to everything: neither praise nor blame of what nobody has judged."""
_BLOCK = re.compile(r"<questions>\s*(.*?)\s*</questions>", re.DOTALL)
_QUESTION = re.compile(r"^- ([\w-]+)/([\w-]+):", re.MULTILINE)
MOST = 40


def reviewing(prompt: str) -> Record | None:
    """The draft; None when the prompt asks no question that can be read."""
    block = _BLOCK.findall(prompt)
    asked = _QUESTION.findall(block[-1]) if block else []
    if not asked:
        return None
    reason = f"{NOTE}: nobody has judged this."
    return {
        "headline": f"{NOTE}: what code checked was checked, argument and tone were not judged.",
        "items": [{"task": task, "item": item, "score": SCORE, "reason": reason} for task, item in asked[:MOST]],
        "findings": [],
        "confidence": SCORE,
    }
