"""Advisers with days, expertise by code."""

from datetime import date
from decimal import Decimal

from advisers.models import Adviser, Expertise
from rise.accounts.models import User


def adviser_post(person: User, region: object, *, fte: str = "0.4", **fields: object) -> Adviser:
    """The post of a person who already holds the role of adviser in ``region``, since long enough for a whole term."""
    return Adviser.objects.create(person=person, region=region, fte=Decimal(fte), **{"starts": date(2026, 1, 1), **fields})


def expertise(code: str = "attendance") -> Expertise:
    return Expertise.objects.get(code=code)
