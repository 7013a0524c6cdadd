"""Bytes in, objects out: manifest, editions, envelopes, receipts. Pure: no file, no network, no clock."""
