"""Deals, their customers and products, and what each partner does on them."""
