"""Forms of the front doors, by subject."""
