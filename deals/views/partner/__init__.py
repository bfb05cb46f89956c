"""Pages and fragments of deals."""
