"""What happens: Ashgrove's whole story, hubs, and other schools at every stage of theirs, all dated back from today."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from advisers import actions as advisers
from advisers.models import InterestDeclaration
from hubs import actions as hub_actions
from hubs.models import Hub, HubLead
from improvement_plans import actions as plans
from rise import clock, lists
from rise.accounts.models import Role, User
from rise.audit.models import SchoolRead
from rise.audit.reads import opened_as
from rise.demo import register
from rise.demo.cast import leaders
from rise.demo.cast.people import Cast
from rise.demo.cast.story import DAYS, Story, workday
from rise.demo.cast.topics import TOPICS
from rise.demo.named import ASHGROVE, BIRCHFIELD, FIRST_URN
from rise.notifications import outbox
from rise.workflow import NotReady
from schools import calendar
from schools.actions import imports, notes
from schools.models import LocalAuthority, Region, School, SubRegion
from support import actions as support
from support.models import Signal, TierDecision, TriageEntry

LAST_DAY = max(DAYS.values())

# An administrator names such parts; the register has none.
PARTS = {
    "Greater Manchester": ["Bolton", "Bury", "Manchester", "Oldham", "Rochdale", "Salford", "Stockport", "Tameside", "Trafford", "Wigan"],
    "Cheshire and Merseyside": [
        "Cheshire East", "Cheshire West and Chester", "Halton", "Knowsley", "Liverpool", "Sefton", "St. Helens", "Warrington", "Wirral",
    ],
    "Lancashire and Cumbria": ["Blackburn with Darwen", "Blackpool", "Cumberland", "Lancashire", "Westmorland and Furness"],
}  # fmt: skip


def acts() -> Iterator[tuple[str, Callable[[Cast], None]]]:
    """The acts in order, each with the words shown while it is played."""
    yield "Supporting leaders, what they have led and the days they can give", leaders.build
    yield "Hubs, their members and what they do together", hubs
    yield "A region's team names the parts it plans by", parts_of_a_region
    yield "Ashgrove Primary School, from the first question to a review", ashgrove
    yield "Cases at every stage in the North West", north_west
    yield "Cases in the other regions", other_regions
    yield "Requests and signals that wait in triage", waiting
    yield "A school that closes while its case is open, and one that changes its trust", closing
    yield "Views of lists that a team shares", saved_views
    yield "A file that is held until a second administrator has looked at it", held_file


def story(cast: Cast, urn: int, topic: int, *, upto: str, waits: int = 4, **more: object) -> Story:
    """A school whose last step so far, ``upto``, was about ``waits`` days ago.

    On some days of the year a term has too few days left for one more case or one more offer: then the story stops
    there, as it would in life.
    """
    begins = clock.today() - timedelta(days=DAYS[upto] + waits)
    told = Story(cast, School.objects.get(pk=urn), TOPICS[topic % len(TOPICS)], begins, **more)  # type: ignore[arg-type]
    with contextlib.suppress(NotReady, LookupError):
        told.play(upto)
    return told


def free_schools(region: Region, *, skip: int = 0) -> list[int]:
    """Invented open schools of a region that have a responsible body and no story, in a fixed order."""
    rows = (
        School.objects.open().in_scope().filter(region=region, urn__gte=FIRST_URN, tier_decisions=None, triage_entries=None)
        .filter(phase__in=[School.Phase.PRIMARY, School.Phase.SECONDARY])
        .exclude(responsible_body=None).exclude(pk__in=[ASHGROVE, BIRCHFIELD]).order_by("-pk")
    )  # fmt: skip
    return list(rows.values_list("pk", flat=True)[skip : skip + 80])


def parts_of_a_region(cast: Cast) -> None:
    region = Region.objects.get(slug="north-west")
    for name, authorities in PARTS.items():
        part = SubRegion.objects.create(region=region, name=name)
        LocalAuthority.objects.current().filter(region=region, name__in=authorities).update(sub_region=part)


def ashgrove(cast: Cast) -> None:
    """The case that everyone on the sign-in page has a part in."""
    adviser = cast["adviser"]
    with clock.at(clock.today() - timedelta(days=200)):
        advisers.declare_interest(
            cast["second_adviser"], kind=InterestDeclaration.Kind.GOVERNOR, by=cast["second_adviser"],
            school=School.objects.get(pk=BIRCHFIELD), note="Governor until the end of the school year",
        )  # fmt: skip
    begins = clock.today() - timedelta(days=DAYS["third_visit"] + 3)
    told = Story(cast, School.objects.get(pk=ASHGROVE), TOPICS[5], begins, adviser=adviser, leader="supporting_leader")
    told.review_on = workday(clock.today() + timedelta(days=20))
    told.play("third_visit")
    with clock.at(workday(clock.today() - timedelta(days=2))), transaction.atomic():
        support.confirm_existing_support(told.school, by=told.officer)
        notes.write_note(
            told.school, by=adviser,
            text="Rang before the next visit. Mornings suit the school best, and not the week of the carol service.",
        )  # fmt: skip
        support.say_wrong(
            told.school, about="people", by=told.head,
            wrong="You name our old school business manager as the person to call about the single central record.",
            should_be="Call the school office. Our new business manager starts in January.",
        )  # fmt: skip
        outbox.deliver_all(mail=False)
    for number, who in enumerate(("adviser", "delivery_officer", "regional_director", "national_official", "supporting_leader"), start=3):
        person, day = cast[who], workday(clock.today() - timedelta(days=number))
        SchoolRead.objects.create(
            person=person, person_name=str(person), role=opened_as(person, told.school.pk), school_urn=told.school.pk, on=day,
            at=datetime.combine(day, time(10, 5), tzinfo=timezone.get_current_timezone()),
        )  # fmt: skip


def north_west(cast: Cast) -> None:
    """One school at least at each step that somebody on the sign-in page has to take next, and more to fill the lists."""
    region = Region.objects.get(slug="north-west")
    stops = (
        ("propose", 2), ("propose", 6), ("decide", 2), ("decide", 9), ("school_replies", 3), ("body_replies", 2), ("assign", 5),
        ("draft_diagnosis", 1), ("share_diagnosis", 2), ("agree_diagnosis", 6), ("start_plan", 3), ("send_plan", 2), ("endorse_plan", 3),
        ("endorse_plan", 8), ("sign_off_plan", 4), ("describe_need", 3), ("choose", 2), ("approve", 1), ("make_offer", 2),
        ("accept_offer", 1), ("agree_offer", 1), ("leader_signs", 1), ("adviser_signs", 2), ("first_visit", 3), ("second_visit", 36),
        ("third_visit", 44), ("record_review", 4), ("finish_deployment", 12),
    )  # fmt: skip
    urns = free_schools(region)
    mine = {"endorse_plan", "choose", "record_review"}  # one each for the adviser of the sign-in page
    for n, (upto, waits) in enumerate(stops):
        more: dict[str, object] = {}
        if upto in mine:
            mine.discard(upto)
            more["adviser"] = cast["adviser"]
        if upto == "make_offer":
            more["leader"] = "supporting_leader"
        if upto in ("second_visit", "record_review"):  # overdue by some days, or recorded and waiting for the adviser
            more["review_on"] = workday(clock.today() - timedelta(days=5))
        topic = 5 if upto == "make_offer" else n
        told = story(cast, urns[n * 2], topic, upto=upto, waits=waits, money=upto == "sign_off_plan", **more)
        if (upto, waits) == ("endorse_plan", 8) and told.plan is not None:
            return_plan(told)
        if (upto, waits) == ("decide", 9) and told.decision is not None:
            reply_to(told)


def return_plan(told: Story) -> None:
    """The adviser asks the school to look at one thing again."""
    with clock.at(workday(clock.today() - timedelta(days=2))), transaction.atomic():
        plans.return_to_school(
            told.plan, by=told.adviser_now, message="Close. Say in the first objective how often you will measure, and who looks at it."
        )


def reply_to(told: Story) -> None:
    """The school says that something was left out; a director of another region decides on it."""
    with clock.at(workday(clock.today() - timedelta(days=3))), transaction.atomic():
        support.represent(
            told.decision, kind="representation", by=told.head,
            words="Our new deputy starts in January and leads exactly this. Please weigh that before the support begins.",
        )  # fmt: skip


def other_regions(cast: Cast) -> None:
    """A handful in each of the other eight regions."""
    for region in Region.objects.exclude(slug="north-west").order_by("name"):
        urns = free_schools(region)
        for n, (upto, waits) in enumerate((("propose", 4), ("decide", 5), ("assign", 8), ("endorse_plan", 6), ("second_visit", 15))):
            story(cast, urns[n * 2], n + region.pk, upto=upto, waits=waits)
        if region.slug == "south-west":  # H. Vale is deployed here, in a case that somebody else advises
            story(cast, urns[12], 1, upto="first_visit", waits=9, leader="several_roles", adviser=cast[f"adviser1.{region.slug}"])


def closing(cast: Cast) -> None:
    """The register of a later hour: a school with an open case has become an academy. Its adviser and officer are told."""
    region = Region.objects.get(slug="north-west")
    urn = School.objects.filter(pk__in=free_schools(region), trust_uid=None).order_by("pk").values_list("pk", flat=True).first()
    if urn is not None:
        story(cast, urn, 2, upto="agree_diagnosis", waits=25)
        register.next_day(closing=urn)


def hubs(cast: Cast) -> None:
    """Northbank Hub, of which Ashgrove is a member, and one hub in each other region."""
    made = [("northbank", "Northbank Hub", "north-west", "Early reading, SEND in mainstream, and attendance, across the North West")]
    others = Region.objects.exclude(slug="north-west").order_by("name")
    names = "Fenside Wolds Thamesgate Tyneward Downsway Moorland Severnside Ridings".split()
    made += [
        (name.lower(), f"{name} Hub", region.slug, "Schools that visit one another each term and share what works")
        for name, region in zip(names, others, strict=True)
    ]
    today = clock.today()
    for slug, name, region_slug, purpose in made:
        region = Region.objects.get(slug=region_slug)
        members = School.objects.open().in_scope().filter(region=region, urn__gte=FIRST_URN).exclude(responsible_body=None)
        members = list(members.filter(pk=ASHGROVE)) + list(members.exclude(pk=ASHGROVE).order_by("pk")[5:23])
        if slug != "northbank":
            members = members[:12]
        hub = Hub.objects.create(
            slug=slug, name=name, purpose=purpose, contact_email=f"{slug}@demo.invalid",
            next_meeting=clock.now().replace(hour=15, minute=30, second=0, microsecond=0) + (calendar.add_working_days(today, 9) - today),
        )  # fmt: skip
        hub.lead_organisations.set({school.responsible_body for school in members[:2]})
        account = "hub_lead" if slug == "northbank" else f"hub_lead.{slug}"
        lead = cast.person(account, Role.HUB_LEAD, hub.pk)
        partner = cast.person(f"hub_partner.{slug}", Role.HUB_LEAD, hub.pk)
        for person, school in ((lead, members[0]), (partner, members[1])):
            HubLead.objects.create(hub=hub, person=person, organisation=school.responsible_body.name, starts=today - timedelta(days=320))
        for n, school in enumerate(members):
            with clock.at(today - timedelta(days=300 - 9 * n)):
                hub_actions.add_school(hub, school, by=lead)
        for n, (words, owner, days, done) in enumerate(
            (
                ("Plan a calendar of visits between schools", lead.name, -60, True),
                ("Agree how we share first-day absence calls", partner.name, -21, True),
                ("Train one SEND link person in each school", lead.name, -6, False),
                ("Add SEND walk-throughs to the autumn visits", lead.name, 24, False),
                ("Write up what worked in phonics catch-up", partner.name, 45, False),
            )
        ):
            with clock.at(today - timedelta(days=90 - n)):
                action = hub_actions.add_action(hub, by=lead, words=words, owner=owner, due=workday(today + timedelta(days=days)))
            if done:
                with clock.at(workday(today + timedelta(days=days - 4))):
                    hub_actions.finish_action(action, by=lead)


def waiting(cast: Cast) -> None:
    """A triage queue in every region: asked for help, reports, attendance; some looked at, some late."""
    today = clock.today()
    for region in Region.objects.order_by("name"):
        here = region.slug == "north-west"
        advisers_here = list(User.objects.holding(Role.ADVISER, "region", region.pk).order_by("pk"))
        officer = User.objects.holding(Role.DELIVERY_OFFICER, "region", region.pk).first()
        for n, urn in enumerate(free_schools(region, skip=1)[: 36 if here else 6]):
            topic = TOPICS[(n * 3 + region.pk) % len(TOPICS)]
            began = workday(today - timedelta(days=(n * 2) % 17))
            with clock.at(datetime.combine(began, time(9 + n % 7, (n * 13) % 60))), transaction.atomic():
                told = Story(cast, School.objects.get(pk=urn), topic, began)
                told.signal()
                if n % 4 == 1:
                    told.ask(told.head)
                if n % 3 == 0:
                    day = workday(began - timedelta(days=30))
                    support.record_signal(
                        told.school, kind=Signal.Kind.ATTENDANCE, source="Absence statistics", day=day, words="attendance, 2 terms",
                        by=told.triaging,
                    )  # fmt: skip
                if n % 5 == 2:
                    told.in_place()
                entry = TriageEntry.objects.get(school=told.school, closed=None)
                if n % 3 == 1:
                    support.assign_owner([entry], owner=advisers_here[n % len(advisers_here)], by=officer)
                if n % 7 == 3:
                    step = workday(today + timedelta(days=2))
                    support.set_next_step([entry], next_step="Call the head", day=step, by=officer)
                outbox.deliver_all(mail=False)
            if n % 9 == 4:
                for request in told.school.support_requests.filter(status="sent"):
                    with clock.at(workday(today - timedelta(days=1))):
                        officer.forget_scope()
                        support.acknowledge_request(request, by=officer)
    for n, urn in enumerate(free_schools(Region.objects.get(slug="north-west"), skip=40)[:6]):
        told = Story(cast, School.objects.get(pk=urn), TOPICS[n], today - timedelta(days=40))
        with clock.at(workday(today - timedelta(days=40 - n))), transaction.atomic():
            told.ask(told.head)
            told.in_place()
        with clock.at(workday(today - timedelta(days=30 - n))), transaction.atomic():
            outcome = (TierDecision.Outcome.UNIVERSAL, TierDecision.Outcome.EXISTING_SUFFICIENT, TierDecision.Outcome.NOT_NOW)[n % 3]
            if outcome == TierDecision.Outcome.EXISTING_SUFFICIENT and told.topic.own_help == "None yet":
                outcome = TierDecision.Outcome.UNIVERSAL
            support.decide_in_triage(
                told.school, outcome=outcome, by=told.triaging, review_on=workday(today + timedelta(days=90)),
                reasons="The help already in place answers what was asked. We will look again next term, and any school may ask at any time.",
            )  # fmt: skip


def saved_views(cast: Cast) -> None:
    """Two that the North West team shares, made by an adviser, and one of the adviser's own."""
    team = Region.objects.get(slug="north-west")
    for key, name, query, region in (
        (
            "schools",
            "Enhanced support, with adviser",
            "tier=enhanced&columns=authority&columns=phase&columns=body&columns=adviser&columns=signal",
            team,
        ),
        ("triage", "Asked for help, no owner yet", "view=asked&owner=none", team),
        ("schools", "My schools", "adviser=me", None),
    ):
        listing = lists.pages[key].make(lists.asked_by(cast["adviser"], query))
        support.save_view(lists.pages[key], name=name, query=listing.kept_query, region=region, by=cast["adviser"])


def held_file(cast: Cast) -> None:
    """Part of the register with two schools renamed and too many rows that cannot be taken: nothing of it is written."""
    name, content = register.spoilt_part()
    by = cast["administrator"]
    run = imports.upload(name, [content], by=by)[0]
    assert run.as_at is not None  # it is in the name
    imports.check(run, as_at=run.as_at, extent=run.extent, by=by)
    imports.take_up_next()
