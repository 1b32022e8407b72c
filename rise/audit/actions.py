"""What an auditor can do with the trail."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from rise.accounts.models import User
from rise.audit import seals, trail
from rise.audit.permissions import may_search
from rise.audit.seals import Verdict

ON_A_PAGE = 100_000  # events; the command reads them all


@transaction.atomic
def verify(*, by: User) -> Verdict:
    """Compare the latest events with their seals, and put what was found on the trail."""
    if not may_search(by):
        raise PermissionDenied
    verdict = seals.verify(latest=ON_A_PAGE)
    trail.record("audit.verify", by, by=by, result=str(verdict), whole=verdict.fault is None)
    return verdict
