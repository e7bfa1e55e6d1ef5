"""Requests: what waits for a person, how it is asked, and what an answer becomes."""
