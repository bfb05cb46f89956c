"""The vendor's front door."""
