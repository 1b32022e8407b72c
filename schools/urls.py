"""Addresses of imports; lists and pages of schools are in ``dashboards``, as they show what lies above."""

from django.urls import path

from schools import views

app_name = "schools"

urlpatterns = [
    path("imports/", views.import_list, name="imports"),
    path("imports/new/", views.import_new, name="import_new"),
    path("imports/<int:pk>/", views.import_run, name="import_run"),
    path("imports/<int:pk>/check/", views.import_check, name="import_check"),
    path("imports/<int:pk>/confirm/", views.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/cancel/", views.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/release/", views.import_release, name="import_release"),
    path("imports/<int:pk>/drop/", views.import_drop, name="import_drop"),
    path("imports/<int:pk>/rejects/", views.import_rejects, name="import_rejects"),
]
