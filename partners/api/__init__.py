"""Partners and people under /api/v1/."""
