"""Measurements, run on purpose by `make bench`; each prints lines that begin with BENCH."""
