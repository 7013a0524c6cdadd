"""The encrypted copy of the lists: schema, look-ups, applying editions, freshness."""
