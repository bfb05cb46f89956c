"""One factory per model, one file per app: the least that is valid."""
