"""What goes on in the home, as observations, and what in it is a known sign of trouble."""
