"""Finding the person under another spelling, and saying why."""
