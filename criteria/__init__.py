"""The one criteria language, in plain Python: no database, no framework."""
