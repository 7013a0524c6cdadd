"""The bureau's web pages, rendered at the server: they work with a telephone, a slow link, and hardly any script."""

from ui.console.app import console_routes

__all__ = ["console_routes"]
