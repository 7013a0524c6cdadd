"""What the window remembers from one start to the next: language, palette, letters. Nothing of travellers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ui.desktop.text_size import TEXT_SIZES
from ui.desktop.theme import THEMES
from ui.locale import LANGUAGES

NAME = "window.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """`language` is a code of `LANGUAGES`, `theme` a name of `THEMES`, `text` one of `TEXT_SIZES`."""

    language: str = "en"
    theme: str = "light"
    text: str = "normal"


def load_settings(folder: Path) -> Settings:
    """What was kept in the desk's folder; the first settings where nothing sound is there: a taste, not a fact."""
    try:
        plain = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    if not isinstance(plain, dict):
        return Settings()
    # Looked for in lists: what was kept may be anything, also what no mapping can be asked for.
    new = Settings()
    language, theme, text = plain.get("language"), plain.get("theme"), plain.get("text")
    return Settings(
        language if language in [*LANGUAGES] else new.language,
        theme if theme in [*THEMES] else new.theme,
        text if text in [*TEXT_SIZES] else new.text,
    )


def save_settings(folder: Path, settings: Settings) -> bool:
    """Keep them. False where the disk does not take them: not worth a message to an officer at work."""
    fresh = folder / (NAME + ".new")
    try:
        fresh.write_text(json.dumps(asdict(settings)), encoding="utf-8")
        fresh.replace(folder / NAME)
    except OSError:
        return False
    return True
