"""How numbers and dates are written where a language alone does not tell: one package per language and country."""
