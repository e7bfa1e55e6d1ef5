"""Tests of the ZHA adapter, on unmodified ZHA."""
