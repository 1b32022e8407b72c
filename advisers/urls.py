"""Addresses of advisers."""

from django.urls import path

from advisers import views

app_name = "advisers"
urlpatterns = [
    path("capacity/", views.capacity_page, name="capacity"),
    path("account/interests/", views.interests, name="interests"),
    path("account/interests/<int:pk>/end/", views.end_interest, name="end_interest"),
]
