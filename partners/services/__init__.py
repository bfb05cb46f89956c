"""The writers of partner records: verbs, by subject."""
