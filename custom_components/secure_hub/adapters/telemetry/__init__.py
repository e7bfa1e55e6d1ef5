"""Telemetry's outside: a ring of files, and the two ways out of the home that a person may open."""
