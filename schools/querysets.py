"""Which schools: the one rule of who sees what, and the usual cuts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Q

from rise.accounts.roles import REGION_ROLES, Role, ScopeKind
from schools.words import parse

if TYPE_CHECKING:
    from schools.models import Contact, DataImport, Note, ResponsibleBody, School  # noqa: F401  named in quotes below


class SchoolQuerySet(models.QuerySet["School"]):
    def visible_to(self, user: Any) -> SchoolQuerySet:
        """Schools this person may read today: their own, their body's, those granted, their region's less those barred."""
        if not user.is_authenticated:
            return self.none()
        scope = user.scope
        if scope.everywhere:
            return self
        access = user.school_access.current()
        granted, barred = getattr(user, "granted_schools", None), getattr(user, "barred_schools", None)  # read with the person of a request
        granted = access.grants().values("school") if granted is None else granted
        barred = access.bars().values("school") if barred is None else barred
        theirs = Q(pk__in=scope.schools) | Q(responsible_body__in=scope.bodies) | Q(pk__in=granted)
        return self.filter(theirs | Q(region__in=scope.regions) & ~Q(pk__in=barred))

    def in_scope(self) -> SchoolQuerySet:
        """State-funded, open or proposed to close, in one of the nine regions."""
        return self.filter(in_scope=True)

    def open(self) -> SchoolQuerySet:
        """Open, those proposed to close included."""
        return self.filter(status__in=("open", "closing"))

    def matching(self, words: str) -> SchoolQuerySet:
        """Schools that have every one of the words in their name, town, postcode, authority, trust or number.

        A word finds what begins with it, and other ways to write it (``schools.words``). Nothing that is a word finds nothing.
        """
        asked = parse(words).tsquery
        return self.filter(search=SearchQuery(asked, search_type="raw", config="simple")) if asked else self.none()


class ResponsibleBodyQuerySet(models.QuerySet["ResponsibleBody"]):
    def visible_to(self, user: Any) -> ResponsibleBodyQuerySet:
        """One's own bodies, and those that answer for a school this person sees by what they hold, not by a grant alone."""
        from schools.models import School

        if not user.is_authenticated:
            return self.none()
        scope = user.scope
        if scope.everywhere:
            return self
        return self.filter(Q(pk__in=scope.bodies) | Q(pk__in=School.objects.visible_to(user).filter(_held(scope)).values("responsible_body")))


def _held(scope: Any) -> Q:
    """Schools that somebody reads by what they hold, not by a grant alone."""
    return Q(pk__in=scope.schools) | Q(responsible_body__in=scope.bodies) | Q(region__in=scope.regions)


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: Any) -> ContactQuerySet:
        """Contacts of schools and bodies this person reads; who reads a school by a grant alone has those of the school itself."""
        from schools.models import ResponsibleBody, School

        if not user.is_authenticated:
            return self.none()
        if user.scope.everywhere:
            return self
        schools = School.objects.visible_to(user)
        of_bodies = Q(school=None, body__in=ResponsibleBody.objects.visible_to(user).values("pk"))
        of_schools = Q(school__in=schools.filter(_held(user.scope)).values("pk")) | Q(organisation="school", school__in=schools.values("pk"))
        return self.filter(of_schools | of_bodies)

    def current(self) -> ContactQuerySet:
        return self.filter(ended=None)

    def kept_long_enough(self, on: date) -> ContactQuerySet:
        """Those who ended so long ago that nobody needs to reach them, nor to bring them back."""
        return self.filter(ended__lt=on - settings.FORMER_CONTACTS_KEPT)

    def about(self, school: School) -> ContactQuerySet:
        """Those on the pages of a school: its own, and those of the body that answers for it now."""
        return self.filter(Q(school=school.pk) | Q(school=None, body__isnull=False, body=school.responsible_body_id))


class DataImportQuerySet(models.QuerySet["DataImport"]):
    def visible_to(self, user: Any) -> DataImportQuerySet:
        """Imports have no school: administrators run them, and auditors read what came of them."""
        return self if user.is_authenticated and user.scope.has(Role.ADMINISTRATOR, Role.AUDITOR) else self.none()

    def waiting_for(self, user: Any) -> DataImportQuerySet:
        """Those whose next step is this administrator's: held ones that another started, and their own before they run."""
        held = Q(state="held") & ~Q(by=user.pk)
        return self.visible_to(user).filter(held | Q(state__in=("uploaded", "ready", "stopped"), by=user.pk) & ~Q(kept_as=""))

    def unsettled(self) -> DataImportQuerySet:
        """Those that a worker has in hand, or should take up."""
        return self.filter(state__in=("waiting", "checking", "queued", "running"))


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: Any) -> NoteQuerySet:
        """The region's team, unless barred, and auditors; never those who lead the school or answer for it, whatever else they do."""
        if not user.is_authenticated or not user.scope.team:
            return self.none()
        scope = user.scope
        leads, answers = scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER), scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY)
        notes = self.exclude(school__in=leads).exclude(school__responsible_body__in=answers)
        if scope.has(Role.AUDITOR):
            return notes
        barred = user.school_access.current().bars().values("school")
        return notes.filter(school__region__in=scope.ids(ScopeKind.REGION, *REGION_ROLES)).exclude(school__in=barred)
