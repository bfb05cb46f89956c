"""Pages of the vendor."""
