"""Pages that read across apps."""

from dashboards.views.bodies import bodies, body
from dashboards.views.brief import school_brief
from dashboards.views.contacts import body_contact_add, contact_add, contact_bring_back, contact_change, contact_end
from dashboards.views.home import home
from dashboards.views.notes import school_note_correct, school_notes
from dashboards.views.record import record
from dashboards.views.regions import national, region, regions
from dashboards.views.school import (
    school,
    school_asked,
    school_data,
    school_people,
    school_plan,
    school_reviews,
    school_similar,
    school_support,
    school_timeline,
)
from dashboards.views.schools import schools
from dashboards.views.search import search

__all__ = [
    "bodies",
    "body",
    "body_contact_add",
    "contact_add",
    "contact_bring_back",
    "contact_change",
    "contact_end",
    "home",
    "national",
    "record",
    "region",
    "regions",
    "school",
    "school_asked",
    "school_brief",
    "school_data",
    "school_note_correct",
    "school_notes",
    "school_people",
    "school_plan",
    "school_reviews",
    "school_similar",
    "school_support",
    "school_timeline",
    "schools",
    "search",
]
