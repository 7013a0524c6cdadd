"""The room's tables, kept as data files with their sources beside them in `data/`."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> Any:
    """The content of `data/{name}.json`; each file names its source."""
    return json.loads((files("borderdesk.matching") / "data" / f"{name}.json").read_text("utf-8"))
