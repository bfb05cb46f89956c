"""The only writers of content, journeys, certifications and activity."""
