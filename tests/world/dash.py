"""The pages that read across apps show the own school and the own region.

Deployments write a grant and declared interests a bar: where their modules have not, these personas get them here.
"""

from datetime import timedelta

from rise import clock
from schools.actions import add_contact, end_contact, write_note
from schools.models import SchoolAccess
from support.actions import ask_of_school
from support.models import Ask


def build(world):
    grant, bar = SchoolAccess.Kind.GRANT, SchoolAccess.Kind.BAR
    today = clock.today()
    ask_of_school(world.school, Ask.PLAN, url=f"/schools/{world.school.pk}/plan/", key="plan-of-the-world", by=world.people["adviser_assigned"])
    world.note = write_note(world.school, text="MARKERNOTE", by=world.people["adviser_assigned"])
    contacts_of(world)
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


def contacts_of(world):
    """One that counts and one that ended, of the school and of its body; whoever is turned away must not read their names."""
    by, school, body = world.people["officer_own"], world.school, world.body
    reach = {"email": "markernote@example.org", "phone": "01632 960 001", "by": by}
    of_school = {"organisation": "school", "school": school, **reach}
    of_body = {"organisation": "governance", "body": body, "role": "trust", "job_title": "Chief executive", **reach}
    world.contact = add_contact(role="permanent_head", name="MARKERNOTE Head", **of_school)
    world.past_contact = end_contact(add_contact(role="chair", name="MARKERNOTE Chair", **of_school), by=by)
    world.body_contact = add_contact(name="MARKERNOTE Chief", **of_body)
    world.past_body_contact = end_contact(add_contact(name="MARKERNOTE Second", **of_body), by=by)
    add_contact(
        organisation="governance", school=school, organisation_name="Diocese of MARKERNOTE", role="diocese", name="D. Diocese",
        job_title="Director of education", **reach,
    )  # fmt: skip


def _contact(name, move):
    return lambda world: f"/schools/{world.school.pk}/people/{getattr(world, name).pk}/{move}/"


def _body_contact(name, move):
    return lambda world: f"{world.body.get_absolute_url()}contacts/{getattr(world, name).pk}/{move}/"


URLS = {
    "dashboards:contact_change": _contact("contact", "change"),
    "dashboards:contact_end": _contact("contact", "end"),
    "dashboards:contact_bring_back": _contact("past_contact", "bring-back"),
    "dashboards:body_contact_add": lambda world: f"{world.body.get_absolute_url()}contacts/add/",
    "dashboards:body_contact_change": _body_contact("body_contact", "change"),
    "dashboards:body_contact_end": _body_contact("body_contact", "end"),
    "dashboards:body_contact_bring_back": _body_contact("past_body_contact", "bring-back"),
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
        "contact_add": "people/add/",
        "school_data": "data/",
        "record": "record/",
        "school_notes": "notes/",
        "school_brief": "brief/",
        "school_similar": "similar/",
        "school_asked": "asked/",
    }.items()
}
