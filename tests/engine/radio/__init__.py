"""Tests of the radio engine."""
