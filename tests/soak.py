"""How much a test does: a little on every run, the whole figure of its row in `make soak`."""

import os

WHOLE = os.environ.get("STEADY_SOAK") == "1"
FIGURE = "figure"


def size(ci: int, soak: int) -> int:
    """The number of cases, kills or seconds for this run: `soak` under `make soak`, else `ci`."""
    return soak if WHOLE else ci
