"""MUD files in and out (RFC 8520, RFC 8519) and allow-lists learned from what was seen."""
