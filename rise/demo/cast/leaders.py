"""Who can help: leaders of trusts and authorities, with evidence of what they have led, and days to give."""

from datetime import timedelta
from decimal import Decimal

from deployments.models import Provider, SystemLeader
from rise import clock
from rise.accounts.models import Role, User
from rise.demo.cast.people import Cast, strong_in
from rise.demo.cast.topics import TOPICS
from rise.demo.named import FIRST_URN
from rise.refs import new_ref
from schools.models import Region, ResponsibleBody, School

EVIDENCE = "Led this in two schools in the last three years; the goals were met and have held for a year."
PHASES = ("primary", "secondary", "all_through")


def build(cast: Cast) -> None:
    """L. Brandt of Oakwood Trust, H. Vale, and a handful in every region, so that each topic finds somebody."""
    oakwood = ResponsibleBody.objects.get(name__iexact="Oakwood Trust")
    brandt = cast["supporting_leader"]
    home = School.objects.open().filter(responsible_body=oakwood).order_by("pk").first()
    _leader(cast, brandt, home, days=30, protected=10, title="Executive headteacher")
    strong_in(brandt, "single-central-record", "safeguarding", "governance", "leadership", evidence=EVIDENCE)
    own = School.objects.get(pk__in=cast["several_roles"].scope.schools)
    _leader(cast, cast["several_roles"], own, days=24, protected=8, title="Headteacher", travel_km=250)
    strong_in(cast["several_roles"], "early-reading", "english", evidence=EVIDENCE)
    for region in Region.objects.order_by("name"):
        many = 12 if region.slug == "north-west" else 8
        schools = School.objects.open().in_scope().filter(region=region, urn__gte=FIRST_URN, responsible_body__kind="trust")
        homes = list(schools.exclude(responsible_body=oakwood).order_by("pk")[: many * 2 : 2])
        for n, school in enumerate(homes):
            person = cast.person(f"leader{n + 1}.{region.slug}", Role.SUPPORTING_LEADER)
            _leader(
                cast, person, school, days=20 + 2 * (n % 5), protected=6 + n % 4, title=("Headteacher", "Deputy headteacher", "Trust lead")[n % 3]
            )
            codes = [TOPICS[(n + k) % len(TOPICS)].code for k in (0, 3, 5)]
            strong_in(person, *codes, evidence=EVIDENCE)


def _leader(cast: Cast, person: User, home: School, *, days: int, protected: int, title: str, travel_km: int = 90) -> SystemLeader:
    body = home.responsible_body
    kind = Provider.Kind.TRUST if body.kind == ResponsibleBody.Kind.TRUST else Provider.Kind.AUTHORITY
    provider, _ = Provider.objects.get_or_create(body=body, defaults={"ref": new_ref("PROV"), "kind": kind, "name": body.name})
    today = clock.today()
    return SystemLeader.objects.create(
        person=person, provider=provider, employer=body, home_school=home, title=title, phases=[value for value in PHASES if value in School.Phase.values],
        days_a_term=Decimal(days), protected_days=Decimal(protected), travel_km=travel_km, easting=home.easting, northing=home.northing,
        consent_on=today - timedelta(days=300), said_on=today - timedelta(days=30), joined=today - timedelta(days=400),
    )  # fmt: skip
