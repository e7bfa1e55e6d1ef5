"""Secure Hub: one place that knows every device in the home and says what each may do."""
