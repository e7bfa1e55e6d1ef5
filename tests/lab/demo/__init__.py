"""The demo: the virtual home with a real Home Assistant that Secure Hub guards."""
