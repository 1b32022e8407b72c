"""Who is there: the accounts of the sign-in page, the teams of nine regions, heads and officers of the schools with cases."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from advisers.models import Adviser, Expertise, Strength
from rise import clock
from rise.accounts import demo
from rise.accounts.models import Membership, Role, User
from rise.accounts.roles import SCOPE_OF_ROLE, ScopeKind
from rise.demo.named import ASHGROVE, HARBOUR_VIEW
from schools.models import Region, ResponsibleBody, School

SURNAMES = (
    "Abbott Ahmed Ali Bailey Barnes Begum Bell Bennett Bianchi Brooks Byrne Campbell Carr Chan Clarke Cooper Costa Cox Davies"
    " Dixon Doyle Edwards Evans Farah Fisher Fletcher Ford Foster Gill Graham Grant Green Hall Harper Hart Hassan Holmes Hughes"
    " Hunt Hussain Iqbal James Jones Kaur Kelly Khan King Knight Kumar Lane Lewis Lloyd Malik Marsh Mason Miah Mills Moore Morgan"
    " Murphy Nash Nguyen Nowak Owen Palmer Parker Patel Payne Pearce Perry Price Rahman Reed Rice Roberts Rose Ryan Shaw Silva"
    " Singh Smith Stone Sutton Taylor Turner Walsh Ward Webb West White Wilson Wood Wright Young Zielinska"
).split()


@dataclass
class Cast:
    """Everyone by account, and where the story plays."""

    by_account: dict[str, User] = field(default_factory=dict)
    password: str = ""
    named: int = 0

    def __getitem__(self, account: str) -> User:
        return self.by_account[account]

    def name(self) -> str:
        """The next invented name, an initial and a surname."""
        n, self.named = self.named, self.named + 1
        return f"{'ABCDEFGHJKLMNPRSTVW'[(n * 7) % 19]}. {SURNAMES[(n * 37) % len(SURNAMES)]}"

    def person(self, account: str, role: str, at: int | None = None, *, name: str = "", starts: date | None = None) -> User:
        """The person of this account, who holds ``role`` at ``at`` from ``starts``; made when they are not there."""
        user = self.by_account.get(account)
        if user is None:
            user = User.objects.create(email=f"{account}@{demo.DOMAIN}", name=name or self.name(), password=self.password)
            self.by_account[account] = user
        kind = SCOPE_OF_ROLE[Role(role)]
        Membership.objects.get_or_create(
            person=user,
            role=role,
            scope_kind=kind,
            scope_id=None if kind == ScopeKind.NONE else at,
            defaults={"starts": starts or date(clock.today().year - 2, 9, 1)},
        )
        user.forget_scope()
        return user

    def head(self, school: School) -> User:
        """The school's leader: its own account where the sign-in page has one."""
        found = User.objects.holding(Role.SCHOOL_LEADER, ScopeKind.SCHOOL, school.pk).first()
        if found:
            found.forget_scope()
            return found
        name = f"{school.head_first_name[:1]}. {school.head_last_name}" if school.head_last_name else ""
        return self.person(f"head.{school.pk}", Role.SCHOOL_LEADER, school.pk, name=name)

    def officer_of(self, body: ResponsibleBody) -> User:
        """Somebody who answers for the school's trust or authority."""
        found = User.objects.holding(Role.RESPONSIBLE_BODY, ScopeKind.BODY, body.pk).first()
        if found:
            found.forget_scope()
            return found
        return self.person(f"officer.{body.pk}", Role.RESPONSIBLE_BODY, body.pk)


def build() -> Cast:
    """Everyone who is there before the first case."""
    cast = Cast(password=make_password(demo.PASSWORD))
    names = {person.account: person.name for person in demo.people()}
    north_west = Region.objects.get(slug="north-west")
    north_east = Region.objects.get(slug="north-east")
    south_west = Region.objects.get(slug="south-west")
    elm = ResponsibleBody.objects.get(name__iexact="Elm Trust")

    def known(account: str, role: str, at: int | None = None) -> User:
        return cast.person(account, role, at, name=names[account])

    known("school_leader", Role.SCHOOL_LEADER, ASHGROVE)
    known("responsible_body", Role.RESPONSIBLE_BODY, elm.pk)
    known("adviser", Role.ADVISER, north_west.pk)
    known("second_adviser", Role.ADVISER, north_west.pk)
    known("delivery_officer", Role.DELIVERY_OFFICER, north_west.pk)
    known("regional_director", Role.REGIONAL_DIRECTOR, north_west.pk)
    known("national_official", Role.NATIONAL_OFFICIAL)
    known("supporting_leader", Role.SUPPORTING_LEADER)
    known("administrator", Role.ADMINISTRATOR)
    known("second_administrator", Role.ADMINISTRATOR)
    known("auditor", Role.AUDITOR)
    known("neighbour", Role.ADVISER, north_east.pk)
    known("second_director", Role.REGIONAL_DIRECTOR, north_east.pk)
    own = School.objects.get(pk=HARBOUR_VIEW)
    known("several_roles", Role.SCHOOL_LEADER, own.pk)
    known("several_roles", Role.ADVISER, south_west.pk)
    known("several_roles", Role.SUPPORTING_LEADER)
    cast.by_account["hub_lead"] = User.objects.create(email=f"hub_lead@{demo.DOMAIN}", name=names["hub_lead"], password=cast.password)
    _staff(cast, own)
    return cast


def _staff(cast: Cast, own_school: School) -> None:
    """A director, officers and part-time advisers for each of the nine regions."""
    since = date(clock.today().year - 1, 9, 1)
    for region in Region.objects.order_by("name"):
        extra = {"north-west": 6, "north-east": 2}.get(region.slug, 3)
        for role, account in ((Role.REGIONAL_DIRECTOR, "director"), (Role.DELIVERY_OFFICER, "officer")):
            if not User.objects.holding(role, ScopeKind.REGION, region.pk).exists():
                cast.person(f"{account}.{region.slug}", role, region.pk)
        for n in range(1, extra + 1):
            cast.person(f"adviser{n}.{region.slug}", Role.ADVISER, region.pk)
        for person in User.objects.holding(Role.ADVISER, ScopeKind.REGION, region.pk):
            home = own_school.responsible_body if person.email.startswith("several_roles@") else None
            Adviser.objects.create(
                person=person,
                region=region,
                fte=Decimal("0.4"),
                starts=since,
                home_organisation=home,
                remit="Decide who needs what help with the region's team, see schools' plans through, and broker help.",
            )


def strong_in(person: User, *codes: str, evidence: str) -> None:
    """Evidence that somebody has led these kinds of help."""
    for n, code in enumerate(codes):
        Strength.objects.get_or_create(
            person=person,
            expertise=Expertise.objects.get(code=code),
            defaults={"level": 3 if n == 0 else 2, "evidence": evidence, "recorded": clock.today() - timedelta(days=300)},
        )
