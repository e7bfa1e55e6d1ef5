"""Tests of adapters/telemetry."""
