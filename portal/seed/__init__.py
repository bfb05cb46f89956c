"""Demo programmes: believable, deterministic, made through services. `load` holds the order of the steps."""
