"""Tasks and success plans over REST."""
