"""Translations and the renderer of sentences."""
