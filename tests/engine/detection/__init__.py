"""Tests of engine/detection."""
