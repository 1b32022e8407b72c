from django.urls import path

from rise.notifications import views

app_name = "notifications"

urlpatterns = [
    path("notifications/", views.listing, name="list"),
    path("notifications/mark-all-read/", views.mark_all_read, name="mark_all_read"),
    path("notifications/<int:pk>/", views.open_one, name="open"),
]
