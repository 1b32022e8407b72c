from django.urls import path

from rise.audit import views

app_name = "audit"

urlpatterns = [
    path("audit/", views.listing, name="list"),
    path("audit/verify/", views.verify, name="verify"),
]
