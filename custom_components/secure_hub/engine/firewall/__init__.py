"""Firewall: from the standing of every asset to what the kernel must hold."""
