"""The writers of deals, customers and products."""
