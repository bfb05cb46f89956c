"""What criteria may ask about what partners read, do, learn, prove and can."""
