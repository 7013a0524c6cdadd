"""The bureau's web pages."""
