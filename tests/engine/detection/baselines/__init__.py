"""Tests of engine/detection/baselines."""
