"""What people enter on pages of insight."""
