"""The writers of the floor."""
