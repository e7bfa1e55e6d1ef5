"""MUD files in and out."""
