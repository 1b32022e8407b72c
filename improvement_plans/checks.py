"""What verifying the trail compares here: every sign-off with the event that recorded it, and with the text it signed."""

from improvement_plans.models import SignOff
from rise.audit.models import Event


def first_sign_off_that_differs() -> str | None:
    """The first sign-off whose time, fingerprint or text is not the one on the trail, in words; None when all agree."""
    events = {
        (subject, details.get("number")): details
        for subject, details in Event.objects.filter(verb="plan.sign_off").values_list("subject_id", "details")
    }
    rows = SignOff.objects.select_related("plan_version__plan", "by").order_by("at", "pk")
    for row in rows.iterator(chunk_size=200):
        version = row.plan_version
        name = f"the sign-off of {version.plan.ref}, version {version.number}"
        recorded = events.get((str(version.plan_id), version.number))
        if recorded is None:
            return f"{name} is not on the trail"
        if (recorded.get("signed_at"), recorded.get("digest")) != (row.at.isoformat(), row.digest):
            return f"{name} differs from its event"
        if version.digest != row.digest or not version.is_as_sent:
            return f"the text of {version.plan.ref}, version {version.number}, has changed since sign-off"
    return None
