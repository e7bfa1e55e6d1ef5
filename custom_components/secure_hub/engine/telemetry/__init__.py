"""Telemetry: what each asset did in each minute, for whoever looks into it later."""
