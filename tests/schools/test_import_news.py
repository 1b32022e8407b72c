"""What an import tells: closures, changed trusts, authorities and regions; and that who may read moves with the row, at once."""

from datetime import date

import pytest
from django.test import Client

from rise.accounts.models import Role
from rise.audit.models import Event
from rise.audit.words import sentence
from rise.notifications import outbox
from rise.notifications.models import Notification, Outbox
from schools.models import FieldChange, Region, ResponsibleBody, School
from tests.factories.accounts import person_as
from tests.factories.advisers import adviser_post
from tests.factories.support import case_at, entry_for
from tests.schools.official import academy, crowd, group, school, take, write, write_groups

pytestmark = pytest.mark.django_db
NEXT = "edubasealldata20260313.csv"
CLOSED = {"EstablishmentStatus (code)": "2", "EstablishmentStatus (name)": "Closed", "CloseDate": "01-03-2026"}
GATESHEAD = {"LA (code)": "390", "LA (name)": "Gateshead", "GOR (code)": "A", "GOR (name)": "North East"}


@pytest.fixture
def register(tmp_path):
    take(write_groups(tmp_path, [group(), group(5002, "Oak Trust")]), write(tmp_path, [school(), academy(), *crowd(300)]))
    return tmp_path


def next_day(folder, *rows, name=NEXT, **options):
    return take(write(folder, [*rows, *crowd(300)], name=name), **options)


def sentences(urn):
    return [sentence(event) for event in Event.objects.filter(school_urn=urn).order_by("seq")]


def events():
    return [(row.kind, row.ids) for row in Outbox.objects.filter(is_event=True).order_by("pk")]


def body(name):
    return ResponsibleBody.objects.get(name=name)


def told(person):
    return list(Notification.objects.filter(person=person).order_by("pk").values_list("subject", flat=True))


def test_a_first_load_tells_nobody_anything(register):
    assert not events()
    assert not Event.objects.filter(verb__startswith="school.").exists()


def test_a_closed_school_is_on_its_timeline_and_an_event_goes_out_once(register):
    run = next_day(register, school(**CLOSED), academy())
    assert sentences(100001) == ["The national register says that the school closed on 1 March 2026"]
    assert events() == [("school_closed", {"school": 100001, "run": run.pk})]
    next_day(register, school(**CLOSED), academy(), name="edubasealldata20260314.csv")
    assert len(events()) == 1


def test_anomaly_6_open_but_proposed_to_close_with_a_future_day_is_told_on_the_timeline_and_closes_nothing(register):
    closing = {"EstablishmentStatus (code)": "3", "EstablishmentStatus (name)": "Open, but proposed to close", "CloseDate": "31-08-2026"}
    next_day(register, school(**closing), academy())
    assert sentences(100001) == ["The national register says that the school is proposed to close on 31 August 2026"]
    assert events() == []
    assert School.objects.get(pk=100001).is_open


def test_a_school_that_opens_again_says_so(register):
    next_day(register, school(**CLOSED), academy())
    next_day(register, school(), academy(), name="edubasealldata20260314.csv")
    assert sentences(100001)[1] == "The national register of 14 March 2026 says that the school is open again"


def test_owners_of_open_work_at_a_closed_school_are_told_once_each(register):
    place = School.objects.get(pk=100001)
    adviser, officer = person_as(Role.ADVISER, place.region), person_as(Role.DELIVERY_OFFICER, place.region)

    case_at("planning", school=place, adviser=adviser_post(adviser, place.region))
    entry_for(place, owner=adviser)
    next_day(register, school(**CLOSED), academy())
    outbox.deliver_all(mail=False)
    assert sorted(told(adviser)) == [f"{place} has closed while it waits in triage", f"{place} has closed while its case is open"]
    assert told(officer) == [f"{place} has closed while its case is open"]


def test_people_of_both_trusts_are_told_of_a_changed_trust_and_the_owners_of_its_case_too(register):
    place = School.objects.get(pk=100002)
    old, new = person_as(Role.RESPONSIBLE_BODY, body("Elm Trust")), person_as(Role.RESPONSIBLE_BODY, body("Oak Trust"))
    other, officer = person_as(Role.RESPONSIBLE_BODY, body("Rochdale")), person_as(Role.DELIVERY_OFFICER, place.region)
    case_at("planning", school=place)
    next_day(register, school(), academy(trust="5002"))
    outbox.deliver_all(mail=False)
    words = f"Another body answers for {place}"
    assert (told(old), told(new), told(other), told(officer)) == ([words], [words], [], [words])
    assert Notification.objects.get(person=new).address == place.get_absolute_url()
    assert Notification.objects.get(person=old).address == "/schools/"
    assert sentences(100002) == ["The responsible body changed from Elm Trust to Oak Trust, by the national register of 13 March 2026"]


def test_a_changed_trust_moves_access_at_once_in_a_session_that_is_open(register):
    old, new = person_as(Role.RESPONSIBLE_BODY, body("Elm Trust")), person_as(Role.RESPONSIBLE_BODY, body("Oak Trust"))

    sessions = {}
    for person in (old, new):
        sessions[person] = Client()
        sessions[person].force_login(person)
    assert [sessions[person].get("/schools/100002/").status_code for person in (old, new)] == [200, 404]
    next_day(register, school(), academy(trust="5002"))
    assert [sessions[person].get("/schools/100002/").status_code for person in (old, new)] == [404, 200]


def test_a_changed_authority_and_region_move_access_at_once_and_are_on_the_trail(register):

    west, east = (person_as(Role.DELIVERY_OFFICER, Region.objects.get(name=name)) for name in ("North West", "North East"))
    lent = {person: Client() for person in (west, east)}
    for person, client in lent.items():
        client.force_login(person)
    case = case_at("planning", school=School.objects.get(pk=100002))
    assert [lent[person].get("/schools/100002/").status_code for person in (west, east)] == [200, 404]
    next_day(register, school(), academy(**GATESHEAD))
    assert [lent[person].get("/schools/100002/").status_code for person in (west, east)] == [404, 200]
    assert lent[east].get(case.get_absolute_url()).status_code == 200
    day = "by the national register of 13 March 2026"
    assert sentences(100002) == [
        f"The local authority changed from Rochdale to Gateshead, {day}",
        f"The region changed from North West to North East, {day}, and with it who may open the school",
    ]
    outbox.deliver_all(mail=False)
    assert told(east) == ["Moss Lane Primary School is in another region"]
    assert {change.field for change in FieldChange.objects.filter(urn=100002)} >= {"authority", "region"}


def test_a_maintained_school_moves_to_its_new_authority_as_responsible_body(register):
    next_day(register, school(**GATESHEAD), academy())
    moved = School.objects.get(pk=100001)
    spells = [(one.body.name, one.starts, one.ends) for one in moved.responsibilities.order_by("pk")]
    assert spells == [("Rochdale", None, date(2026, 3, 12)), ("Gateshead", date(2026, 3, 13), None)]
    assert [kind for kind, _ in events()] == ["school_moved", "school_moved"]


def test_a_part_of_the_register_tells_as_much_as_a_full_extract(register):
    run = take(write(register, [school(**CLOSED), *crowd(60)], name="some20260313.csv"))
    assert (run.extent, run.changed) == ("part", 1)
    assert len(events()) == 1


def test_a_file_that_is_held_tells_nobody(register):
    gone = [school(**CLOSED), academy(**CLOSED), *[{**row, **CLOSED} for row in crowd(20)], *crowd(300)[20:]]
    assert take(write(register, gone, name=NEXT)).state == "held"
    assert not events() and not Event.objects.filter(verb__startswith="school.").exists()


@pytest.mark.parametrize("reason", ["", "Not applicable"])
def test_anomaly_6_a_school_closed_without_a_reason_is_closed_and_told_all_the_same(reason, register):
    next_day(register, school(**CLOSED, **{"ReasonEstablishmentClosed (name)": reason}), academy())
    assert not School.objects.get(pk=100001).is_open
    assert [kind for kind, _ in events()] == ["school_closed"]


def test_anomaly_7_a_reorganised_authority_moves_its_schools_and_their_numbers(tmp_path):
    cumbria = {"LA (code)": "909", "LA (name)": "Cumbria", "EstablishmentNumber": "3102"}
    cumberland = {"LA (code)": "942", "LA (name)": "Cumberland", "EstablishmentNumber": "3102"}
    take(write(tmp_path, [school(**cumbria), *crowd(300)]))
    officer = person_as(Role.RESPONSIBLE_BODY, body("Cumberland"))
    next_day(tmp_path, school(**cumberland))
    moved = School.objects.get(pk=100001)
    assert (moved.authority.name, moved.laestab, moved.responsible_body.name) == ("Cumberland", "9423102", "Cumberland")
    spells = [(one.body.name, one.starts, one.ends) for one in moved.responsibilities.order_by("pk")]
    assert spells == [("Pre-LGR 2023 Cumbria", None, date(2026, 3, 12)), ("Cumberland", date(2026, 3, 13), None)]
    assert School.objects.visible_to(officer).filter(pk=100001).exists()
