"""English, wherever its country does not say otherwise."""
