"""Partner organisations, their people, categories, tiers and life stages."""
