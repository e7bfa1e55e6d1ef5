"""Enforcers: each makes a plan true by one means and says what it read back."""
