"""Addresses of hubs."""

from django.urls import path

from hubs import views

app_name = "hubs"

urlpatterns = [
    path("hubs/", views.hub_list, name="list"),
    path("hubs/<slug:slug>/", views.hub, name="hub"),
    # Members
    path("hubs/<slug:slug>/schools/", views.schools, name="schools"),
    path("hubs/<slug:slug>/schools/add/", views.add_school, name="add_school"),
    path("hubs/<slug:slug>/schools/<int:urn>/remove/", views.remove_school, name="remove_school"),
    # Shared actions
    path("hubs/<slug:slug>/plan/", views.plan, name="plan"),
    path("hubs/<slug:slug>/plan/add/", views.add_action, name="add_action"),
    path("hubs/<slug:slug>/plan/<int:pk>/change/", views.change_action, name="change_action"),
    path("hubs/<slug:slug>/plan/<int:pk>/done/", views.finish_action, name="finish_action"),
]
