"""Human input to segments and criteria."""
