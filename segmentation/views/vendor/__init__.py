"""Pages for the vendor."""
