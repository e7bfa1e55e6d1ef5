"""Tests of what the sources tell."""
