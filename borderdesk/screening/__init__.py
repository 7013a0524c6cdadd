"""Traveller in, verdict out."""
