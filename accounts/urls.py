"""Addresses of signing in, of one's own account, and of the vendor's pages about users and integrations."""

own: list = []

# under /vendor/
vendor: list = []

site: list = []
