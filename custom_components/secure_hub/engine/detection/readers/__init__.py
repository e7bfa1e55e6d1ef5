"""Recordings made into observations: pure parsers of text and bytes that nobody vouches for."""
