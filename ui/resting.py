"""Rests Python's garbage collector while the program is being loaded.

Whatever a module makes stays until the program ends, so there is nothing to find; looking for it, again and again among
ever more, takes a tenth of the start. Once a window is open its own collector takes over (`ui.desktop.collector`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Nothing is collected automatically inside this block. One may stand inside another."""
    was_automatic = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_automatic:
            gc.enable()
