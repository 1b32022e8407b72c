"""Every address, named by app; each app's own urls.py groups its addresses by what they start with."""

from django.contrib import admin
from django.urls import include, path

from rise import health, pages

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("rise.accounts.urls")),
    path("", include("rise.notifications.urls")),
    path("", include("rise.audit.urls")),
    path("", include("schools.urls")),
    path("", include("advisers.urls")),
    path("", include("support.urls")),
    path("", include("improvement_plans.urls")),
    path("", include("deployments.urls")),
    path("", include("hubs.urls")),
    path("", include("dashboards.urls")),
    path("components/", pages.components, name="components"),
    path("admin/", admin.site.urls),
]
