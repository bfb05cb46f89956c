"""Addresses of the portal's own pages."""

from django.urls import path

from portal.views import styleguide

site = [
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
