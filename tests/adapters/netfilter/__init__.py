"""The wall, with the real kernel."""
