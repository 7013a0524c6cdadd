"""Translations and the renderer of sentences."""

from ui.locale.catalogue import LANGUAGES, Catalogue, Language

__all__ = ["LANGUAGES", "Catalogue", "Language"]
