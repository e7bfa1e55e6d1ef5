"""What runs inside each host of the virtual home: standard library only, so that a host is up in a blink."""
