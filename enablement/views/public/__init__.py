"""Pages for whoever holds their address."""
