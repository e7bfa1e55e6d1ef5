"""What is done about an incident, and the way back."""
