"""Enforcers, with real packets."""
