"""Content, journeys and certifications."""
