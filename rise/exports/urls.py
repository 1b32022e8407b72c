from django.urls import path

from rise.exports import views

app_name = "exports"

urlpatterns = [
    path("exports/", views.listing, name="list"),
    path("exports/new/", views.new, name="new"),
    path("exports/<str:ref>/", views.detail, name="detail"),
    path("exports/<str:ref>/cancel/", views.cancel, name="cancel"),
    path("exports/<str:ref>/download/", views.download, name="download"),
]
