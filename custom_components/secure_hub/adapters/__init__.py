"""Adapters: each touches one outside thing and translates it for the engine."""
