"""Signs of trouble that need no learning, one file each."""
