"""Time-boxed operations, statistics, reports, drills."""
