"""Assets: what is in the home, whatever it speaks."""
