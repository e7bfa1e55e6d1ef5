"""Firmware: how every device's software stands, how urgent that is, and how it is brought up to date."""
