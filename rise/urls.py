"""Every address, named by app; each app's own urls.py groups its addresses by what they start with."""

from django.contrib import admin
from django.urls import include, path

from rise import health, pages

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", pages.start, name="start"),
    path("help/", pages.help_page, name="help"),
    path("help/how-support-works/", pages.how_support_works, name="how_support_works"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("cookies/", pages.cookies, name="cookies"),
    path("about-data/", pages.about_data, name="about_data"),
    path("feedback/", pages.feedback, name="feedback"),
    path("feedback/sent/", pages.feedback_sent, name="feedback_sent"),
    path("password/reset/", pages.forgotten_password, name="forgotten_password"),
    path("", include("rise.accounts.urls")),
    path("", include("rise.notifications.urls")),
    path("", include("rise.exports.urls")),
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

handler400 = "rise.pages.bad_request"
handler403 = "rise.pages.forbidden"
handler404 = "rise.pages.not_found"
handler500 = "rise.pages.server_error"
