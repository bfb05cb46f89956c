"""Errands of people, whole: through the browser, over REST, with real workers."""
