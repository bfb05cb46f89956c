"""English words, as numbers and dates are written in Germany."""
