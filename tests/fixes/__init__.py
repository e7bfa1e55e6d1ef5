"""Tests of the mends."""
