"""Contacts of a school and of a body, as an action and as a form tells them."""

from rise.forms import new_once
from schools import actions

PHONE, EMAIL = "01632 960 123", "j.cole@example.org"


def people(school):
    return f"/schools/{school.pk}/people/"


def of_school(school, by, **more):
    return actions.add_contact(
        **{"organisation": "school", "school": school, "role": "chair", "name": "J. Cole", "email": EMAIL, "phone": PHONE, "by": by, **more}
    )


def of_body(body, by, **more):
    about = {"organisation": "governance", "body": body, "role": body.kind, "name": "C. Chief", "job_title": "Chief executive", "email": EMAIL}
    return actions.add_contact(**{**about, "by": by, **more})


def sent(**more):
    return {"role": "chair", "name": "J. Cole", "job_title": "", "email": EMAIL, "phone": PHONE, "once": new_once(), **more}
