"""The desk as an engine: screening, hits, and the loop that fetches and uploads."""
