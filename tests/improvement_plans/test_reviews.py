"""Reviews: reminders once each, recorded on one page, confirmed, the next one set; missed follows from the date."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from deployments.actions import finish, withdraw_need
from improvement_plans import actions, tasks
from improvement_plans.models import ObjectiveProgress, ProgressReview
from rise import clock
from rise.accounts.models import Role
from rise.audit import words
from rise.audit.models import Event
from rise.celery import app
from rise.notifications import outbox
from rise.notifications.models import Notification, Outbox
from rise.workflow import EditConflict, NotReady, WrongStatus
from schools import calendar
from tests.browse import day_boxes
from tests.factories.accounts import person_as
from tests.factories.deployments import deployment_at, need_at
from tests.factories.plans import review_of
from tests.improvement_plans.test_pages import text_of, token_of

pytestmark = pytest.mark.django_db
DUE = date(2027, 3, 3)


def reminders():
    return [row.ids["which"] for row in Outbox.objects.filter(kind="review_reminder").order_by("pk")]


def words_of(review, word="on_track", **more):
    return {kept["objective"]: {"word": word, "value": "92.8", "comment": "", **more} for kept in review.plan_version.objectives}


# Reminders


def test_reminders_go_28_7_and_1_days_before_and_the_day_after_once_each(make, head, adviser):
    with clock.at(date(2026, 12, 1)):
        review_of(make("signed_off"), due=DUE)
    first, last = DUE - timedelta(days=40), DUE + timedelta(days=10)
    for n in range((last - first).days):
        with clock.at(first + timedelta(days=n)):
            tasks.remind_of_reviews()
            tasks.remind_of_reviews()
            outbox.deliver_all()
    assert reminders() == ["in-28", "in-7", "in-1", "overdue"]
    told = Notification.objects.filter(kind="review_reminder")
    assert told.filter(person=head).count() == 4
    assert told.filter(person=adviser).count() == 1
    assert told.exclude(person__in=[head, adviser]).count() == 0
    school = ProgressReview.objects.get().plan.school
    on_timeline = [words.sentence(event) for event in Event.objects.filter(verb="message.send", school_urn=school.pk).order_by("seq")]
    assert len(on_timeline) == 4
    assert on_timeline[1] == f"Reminder sent to {head}: “First review due in 7 days: {school}”"
    assert on_timeline[3] == f"Reminder sent to {adviser}, {head}: “First review overdue: {school}”"  # in the order of the accounts


def test_reminder_after_a_clock_that_stood_still_is_sent_once_and_none_too_many(make, head):
    with clock.at(date(2026, 12, 1)):
        review_of(make("signed_off"), due=DUE)
    for day in (DUE - timedelta(days=6), DUE - timedelta(days=1), DUE + timedelta(days=3)):
        with clock.at(day):
            tasks.remind_of_reviews()
            outbox.deliver_all()
    assert reminders() == ["in-7", "in-1", "overdue"]


def test_recorded_review_is_not_reminded_of(make, head):
    review = review_of(make("signed_off"), due=DUE)
    with clock.at(DUE - timedelta(days=7)):
        tasks.remind_of_reviews()
    ProgressReview.objects.filter(pk=review.pk).update(status="recorded", recorded_by=head, recorded_at=clock.now())
    with clock.at(DUE - timedelta(days=6)):
        outbox.deliver_all()
        tasks.remind_of_reviews()
    assert Notification.objects.filter(kind="review_reminder").count() == 0


def test_moved_review_is_reminded_of_on_its_new_day(make, adviser, head):
    with clock.at(date(2026, 12, 1)):
        review = review_of(make("signed_off"), due=DUE)
    with clock.at(DUE - timedelta(days=7)):
        tasks.remind_of_reviews()
        review = actions.move_review(review, due=DUE + timedelta(days=20), by=adviser)
        outbox.deliver_all()
    assert Notification.objects.filter(kind="review_reminder").count() == 0
    with clock.at(review.due - timedelta(days=7)):
        tasks.remind_of_reviews()
        outbox.deliver_all()
    assert Notification.objects.filter(kind="review_reminder", person=head).count() == 1


def test_mail_names_the_school_and_no_content(make, head, mailoutbox):
    plan = make("signed_off", goal="MARKERGOAL")
    with clock.at(DUE - timedelta(days=1)):
        review_of(plan, due=DUE)
        tasks.remind_of_reviews()
        outbox.deliver_all()
    mail = next(mail for mail in mailoutbox if mail.to == [head.email])
    assert "First review due tomorrow: Alderbrook Primary School" in mail.subject
    assert f"/plans/{plan.ref}/reviews/1/" in mail.body
    assert "MARKERGOAL" not in mail.body


def test_clock_runs_the_reminders_every_morning():
    assert "improvement_plans.tasks.remind_of_reviews" in [entry["task"] for entry in app.conf.beat_schedule.values()]


@pytest.mark.parametrize("today", [date(2026, 9, 7), date(2026, 11, 25), date(2026, 12, 24), date(2027, 2, 17), date(2027, 7, 1), date(2027, 8, 20)])
def test_first_review_is_offered_ten_working_days_before_the_end_of_a_term(today):
    offered = actions.first_review_offered(today)
    assert calendar.is_working_day(offered)
    assert (offered - today).days >= 30
    assert calendar.working_days_between(offered, calendar.term_of(offered).ends) == 10


# Recording and confirming


def test_school_records_every_objective_on_one_page(make, head, adviser, client_of):
    plan = make("signed_off")
    review_of(plan, "confirmed", due=clock.today() - timedelta(days=30))
    review = review_of(plan)
    client = client_of(head)
    page = client.get(review.get_absolute_url())
    assert "Last time (first review" in text_of(page)
    assert "On track, at 92.8" in text_of(page)
    form = {"once": token_of(page), "version": 1, "school_words": "A good term"}
    for kept in plan.in_force.objectives:
        form |= {f"word_{kept['objective']}": "slower", f"value_{kept['objective']}": "93", f"comment_{kept['objective']}": "Flu"}
    for _ in range(3):
        assert client.post(review.get_absolute_url(), form)["Location"] == review.get_absolute_url()
    review.refresh_from_db()
    assert (review.status, review.recorded_by, review.school_words) == ("recorded", head, "A good term")
    assert set(review.progress.values_list("word", "value", "comment")) == {("slower", "93", "Flu")}
    assert Outbox.objects.filter(kind="review_recorded").count() == 1
    text = text_of(client_of(adviser).get(plan.get_absolute_url()))
    assert "Slower than planned, now 93" in text
    assert "Read second review" in text


def test_objective_without_a_word_is_told_and_what_was_typed_stays(make, head, client_of):
    review = review_of(make("signed_off"))
    first = review.plan_version.objectives[0]["objective"]
    response = client_of(head).post(review.get_absolute_url(), {"version": 1, f"word_{first}": "paused", f"comment_{first}": "KEEPME"})
    assert "Objective 2: select how it is going" in text_of(response)
    assert "KEEPME" in response.content.decode()
    assert ObjectiveProgress.objects.count() == 0
    with pytest.raises(NotReady):
        actions.record_progress(review, said={}, by=head)


def test_words_are_never_colours(make, head, client_of):
    review = review_of(make("signed_off"))
    first = review.plan_version.objectives[0]["objective"]
    response = client_of(head).post(review.get_absolute_url(), {"version": 1, f"word_{first}": "red"})
    assert "from the list" in text_of(response)


def test_adviser_confirms_and_sets_the_next(make, head, adviser, case, client_of):
    plan = make("signed_off")
    review = review_of(plan, "recorded", by=head)
    client = client_of(adviser)
    page = client.get(review.get_absolute_url())
    next_due = clock.today() + timedelta(days=90)
    form = {"once": token_of(page), "version": 1, "decision": "confirm", "words": "Well done", **day_boxes("next_due", next_due)}
    for _ in range(2):
        assert client.post(review.get_absolute_url(), form).status_code == 302
    review.refresh_from_db()
    assert (review.status, review.confirmed_by, review.adviser_words) == ("confirmed", adviser, "Well done")
    assert [(one.number, one.due, one.status) for one in plan.reviews.filter(number=2)] == [(2, next_due, "scheduled")]
    case.refresh_from_db()
    assert case.stage == "review"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decision": ""}, "Select your decision"),
        ({"decision": "again", "words": ""}, "Enter what the school should look at again"),
        ({"next_due_2": ""}, "must include a year"),
        ({"next_due_2": "2020"}, "must be in the future, and after this one"),
    ],
)
def test_bad_confirmation_is_told(changes, words, make, head, adviser, client_of):
    plan = make("signed_off")
    review = review_of(plan, "recorded", by=head)
    form = {"version": 1, "decision": "confirm", "words": "", **day_boxes("next_due", clock.today() + timedelta(days=90)), **changes}
    assert words in text_of(client_of(adviser).post(review.get_absolute_url(), form))
    assert plan.reviews.filter(status="confirmed").count() == 0


def test_school_is_asked_again_and_finds_what_it_wrote(make, head, adviser, client_of):
    review = review_of(make("signed_off"), "recorded", by=head)
    form = {"version": 1, "decision": "again", "words": "Say where you are now"}
    client_of(adviser).post(review.get_absolute_url(), form)
    page = client_of(head).get(review.get_absolute_url())
    assert "Say where you are now" in text_of(page)
    assert 'value="on_track" checked' in page.content.decode()


@pytest.mark.parametrize("who", ["trust", "second_adviser", "officer", "director", "official", "auditor"])
def test_others_read_a_review_and_change_nothing(who, make, head, request, client_of):
    plan, person = make("signed_off"), request.getfixturevalue(who)
    for status in ("scheduled", "recorded", "confirmed"):
        review = review_of(plan, status, by=head)
        client = client_of(person)
        assert client.get(review.get_absolute_url()).status_code == 200
        assert client.post(review.get_absolute_url(), {"version": 1}).status_code == 403
        review.refresh_from_db()
        assert review.status == status


def test_adviser_does_not_record_and_the_school_does_not_confirm(make, head, adviser, client_of):
    plan = make("signed_off")
    due, recorded = review_of(plan), review_of(plan, "recorded", by=head)
    assert client_of(adviser).post(due.get_absolute_url(), {"version": 1}).status_code == 403
    assert client_of(head).post(recorded.get_absolute_url(), {"version": 1, "decision": "confirm"}).status_code == 409
    with pytest.raises(PermissionDenied):
        actions.record_progress(due, said=words_of(due), by=adviser)
    with pytest.raises(PermissionDenied):
        actions.confirm(recorded, by=head, next_due=None)


def test_second_record_of_a_stale_page_is_told(make, head, school):
    review = review_of(make("signed_off"))
    actions.record_progress(review, said=words_of(review), by=head, version=1)
    with pytest.raises(WrongStatus):
        actions.record_progress(review, said=words_of(review, "paused"), by=person_as(Role.SCHOOL_LEADER, school), version=1)
    assert set(ObjectiveProgress.objects.values_list("word", flat=True)) == {"on_track"}


def test_stale_move_is_told(make, adviser):
    review = review_of(make("signed_off"))
    actions.move_review(review, due=clock.today() + timedelta(days=40), by=adviser, version=1)
    with pytest.raises(EditConflict):
        actions.move_review(review, due=clock.today() + timedelta(days=50), by=adviser, version=1)


def test_missed_review_follows_from_its_date(make, adviser, client_of):
    review = review_of(make("signed_off"), due=clock.today() - timedelta(days=1))
    assert review.is_overdue
    assert list(ProgressReview.objects.overdue()) == [review]
    client = client_of(adviser)
    for query, found in [
        ("state=overdue", True),
        ("state=due", False),
        ("state=later", False),
        ("state=recorded", False),
        ("state=confirmed", False),
    ]:
        assert ("1 review found" in text_of(client.get(f"/reviews/?{query}"))) == found, query


def test_officer_moves_a_review(make, officer, client_of):
    review = review_of(make("signed_off"))
    new = clock.today() + timedelta(days=45)
    response = client_of(officer).post(f"{review.get_absolute_url()}move/", {"version": 1, **day_boxes("due", new)}, follow=True)
    assert "First review moved to" in text_of(response)
    review.refresh_from_db()
    assert review.due == new


def test_review_recorded_on_a_case_without_an_adviser_is_told_to_the_officer(make, head, case, officer):
    review = review_of(make("signed_off"))
    case.adviser = None
    case.save()
    review.refresh_from_db()
    actions.record_progress(review, said=words_of(review), by=head)
    outbox.deliver_all()
    notice = Notification.objects.get(kind="review_recorded")
    assert (notice.person, notice.address) == (officer, f"{case.get_absolute_url()}assign/")


def test_confirmed_review_brings_the_case_to_review(make, head, adviser, case):
    actions.confirm(review_of(make("signed_off"), "recorded", by=head), by=adviser, next_due=None)
    case.refresh_from_db()
    assert case.stage == "review"


@pytest.mark.parametrize("stage", ["brokerage", "delivery"])
def test_confirmed_review_leaves_a_case_where_help_is_looked_for_or_given(stage, make, head, adviser, case):
    """The stage says what goes on: a termly review in the middle of a deployment, or of the search for one, ends neither."""
    under_way = need_at("open", case=case) if stage == "brokerage" else deployment_at("active", case=case)
    case.stage = stage
    case.save()
    plan = make("signed_off")
    actions.confirm(review_of(plan, "recorded", by=head), by=adviser, next_due=clock.today() + timedelta(days=60))
    case.refresh_from_db()
    assert case.stage == stage
    if stage == "delivery":
        outcomes = {goal.order: ("achieved", "Seen in the register") for goal in under_way.goals.all()}
        finish(under_way, outcomes=outcomes, handover="The deputy goes on", by=under_way.leader.person)
    else:
        withdraw_need(under_way, reason="No longer wanted", by=adviser)
        actions.confirm(review_of(plan, "recorded", by=head), by=adviser, next_due=None)
    case.refresh_from_db()
    assert case.stage == "review"
