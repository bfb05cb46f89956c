"""The map of addresses."""

from django.urls import path

urlpatterns: list = []
