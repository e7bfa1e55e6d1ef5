"""Tests of engine/response."""
