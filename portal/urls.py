"""Addresses of the portal's own pages."""

from django.urls import path

from portal.views import front, styleguide
from portal.views.partner import home as partner_home
from portal.views.vendor import home as vendor_home
from portal.views.vendor import program

site = [
    path("", front.front, name="front"),
    path("search/", front.search, name="search"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]

# under /vendor/
vendor = [
    path("", vendor_home.home, name="home"),
    path("partners/<uuid:public_id>/focus/", vendor_home.focus_panel, name="focus-panel"),
    path("program/", program.program_edit, name="program-edit"),
    path("program/rates/", program.program_rate, name="program-rate"),
]

# under /partner/
partner = [
    path("", partner_home.home, name="home"),
]
