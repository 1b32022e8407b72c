"""Addresses of the register itself; lists and pages of schools are in ``dashboards``, as they show what lies above."""

from django.urls.resolvers import URLPattern

app_name = "schools"

urlpatterns: list[URLPattern] = []
