"""Pages of both sides."""
