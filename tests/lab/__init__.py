"""The virtual home, shared by tests, benches and the demo."""
