"""The partner's front door."""
