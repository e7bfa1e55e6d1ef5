"""Tests of replacing a device."""
