"""The tamper-evident log of who did what, when, why and on which editions."""
