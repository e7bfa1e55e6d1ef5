"""Benchmarks: each module is one command, run by script/bench NAME."""
