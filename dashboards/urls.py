"""Addresses of what reads across apps: a person's own work, a school, a region, the nation, search."""

from django.urls import path

from dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("home/", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("schools/", views.schools, name="schools"),
    # One school
    path("schools/<int:urn>/", views.school, name="school"),
    path("schools/<int:urn>/plan/", views.school_plan, name="school_plan"),
    path("schools/<int:urn>/support/", views.school_support, name="school_support"),
    path("schools/<int:urn>/reviews/", views.school_reviews, name="school_reviews"),
    path("schools/<int:urn>/timeline/", views.school_timeline, name="school_timeline"),
    path("schools/<int:urn>/asked/", views.school_asked, name="school_asked"),
    path("schools/<int:urn>/people/", views.school_people, name="school_people"),
    path("schools/<int:urn>/people/add/", views.contact_add, name="contact_add"),
    path("schools/<int:urn>/people/<int:pk>/change/", views.contact_change, name="contact_change"),
    path("schools/<int:urn>/people/<int:pk>/end/", views.contact_end, name="contact_end"),
    path("schools/<int:urn>/people/<int:pk>/bring-back/", views.contact_bring_back, name="contact_bring_back"),
    path("schools/<int:urn>/data/", views.school_data, name="school_data"),
    path("schools/<int:urn>/similar/", views.school_similar, name="school_similar"),
    path("schools/<int:urn>/brief/", views.school_brief, name="school_brief"),
    path("schools/<int:urn>/notes/", views.school_notes, name="school_notes"),
    path("schools/<int:urn>/notes/<int:pk>/correct/", views.school_note_correct, name="school_note_correct"),
    path("schools/<int:urn>/record/", views.record, name="record"),
    # Trusts and authorities
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/<int:pk>/", views.body, name="body"),
    path("bodies/<int:body>/contacts/add/", views.body_contact_add, name="body_contact_add"),
    path("bodies/<int:body>/contacts/<int:pk>/change/", views.contact_change, name="body_contact_change"),
    path("bodies/<int:body>/contacts/<int:pk>/end/", views.contact_end, name="body_contact_end"),
    path("bodies/<int:body>/contacts/<int:pk>/bring-back/", views.contact_bring_back, name="body_contact_bring_back"),
    # Regions and the nation
    path("regions/", views.regions, name="regions"),
    path("regions/<slug:slug>/", views.region, name="region"),
    path("national/", views.national, name="national"),
]
