"""The pages that read across apps show the own school and the own region.

Deployments write a grant and declared interests a bar: where their modules have not, these personas get them here.
"""

from datetime import timedelta

from rise import clock
from schools.actions import write_note
from schools.models import SchoolAccess


def build(world):
    grant, bar = SchoolAccess.Kind.GRANT, SchoolAccess.Kind.BAR
    today = clock.today()
    world.note = write_note(world.school, text="MARKERNOTE", by=world.people["adviser_assigned"])
    for persona, kind, ends in (
        ("supporting_live", grant, None),
        ("supporting_ended", grant, today - timedelta(days=1)),
        ("adviser_conflicted", bar, None),
    ):
        person = world.people[persona]
        if not SchoolAccess.objects.filter(person=person, school=world.school, kind=kind).exists():
            SchoolAccess.objects.create(
                person=person,
                school=world.school,
                kind=kind,
                reason="Of the test's world",
                starts=today - timedelta(days=200),
                ends=ends,
            )


URLS = {
    "dashboards:region": lambda world: "/regions/north-west/",
    "dashboards:school_note_correct": lambda world: f"/schools/{world.school.pk}/notes/{world.note.pk}/correct/",
    "dashboards:body": lambda world: world.body.get_absolute_url(),
} | {
    f"dashboards:{name}": lambda world, tail=tail: f"/schools/{world.school.pk}/{tail}"
    for name, tail in {
        "school": "",
        "school_plan": "plan/",
        "school_support": "support/",
        "school_reviews": "reviews/",
        "school_timeline": "timeline/",
        "school_people": "people/",
        "school_data": "data/",
        "record": "record/",
        "school_notes": "notes/",
        "school_brief": "brief/",
        "school_similar": "similar/",
    }.items()
}
