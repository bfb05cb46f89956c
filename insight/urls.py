"""Addresses of insight."""

from django.urls import path

from insight.views.vendor import categories, design

# under /vendor/
vendor = [
    path("insight/categories/", categories.category_performance_list, name="category-performance-list"),
    path("insight/categories/<uuid:public_id>/", categories.category_performance, name="category-performance"),
    path("insight/design/", design.design, name="design"),
    path("insight/design/refresh/", design.design_refresh, name="design-refresh"),
    path("insight/design/<uuid:finding_id>/aside/", design.finding_aside, name="finding-aside"),
    path("insight/design/<uuid:finding_id>/take-up/", design.finding_take_up, name="finding-take-up"),
]
