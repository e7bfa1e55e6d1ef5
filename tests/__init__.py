"""Tests of Secure Hub and the virtual home they run in."""
