"""What criteria may ask about partners and about how they are classified."""
