"""The vendor's pages about users and integrations."""
