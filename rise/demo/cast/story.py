"""One school's story, step by step, through the actions that the pages use. Each step stands on its own day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction

from advisers.models import Adviser, Expertise
from deployments import actions as deployments
from deployments import matching
from deployments.models import Deployment, Need, Offer
from improvement_plans import actions as plans
from improvement_plans.models import ImprovementPlan, Objective, ProgressReview
from rise import clock
from rise.accounts import demo
from rise.accounts.models import Role, ScopeKind, User
from rise.demo.cast.people import Cast
from rise.demo.cast.topics import Topic
from rise.demo.named import ASHGROVE
from rise.notifications import outbox
from rise.workflow import NotReady
from schools import calendar
from schools.actions import add_contact, end_contact
from schools.models import School
from support import actions as support
from support.models import Diagnosis, Signal, SupportCase, TierDecision

REVIEWED_AFTER = 182  # days from a decision to the review of the support it gives
# The steps in order, and the day on which each falls, counted from the first.
DAYS = {
    "signal": 0,
    "in_place": 3,
    "propose": 7,
    "decide": 9,
    "school_replies": 12,
    "body_replies": 14,
    "assign": 16,
    "name_contacts": 19,
    "draft_diagnosis": 24,
    "share_diagnosis": 26,
    "agree_diagnosis": 28,
    "start_plan": 33,
    "send_plan": 42,
    "endorse_plan": 47,
    "sign_off_plan": 51,
    "describe_need": 53,
    "choose": 54,
    "approve": 56,
    "make_offer": 58,
    "accept_offer": 61,
    "agree_offer": 63,
    "set_goals": 65,
    "school_signs": 66,
    "leader_signs": 67,
    "adviser_signs": 68,
    "start_deployment": 71,
    "first_visit": 77,
    "second_visit": 84,
    "third_visit": 91,
    "record_review": 125,
    "confirm_review": 129,
    "finish_deployment": 132,
}
STARTS_AFTER, RUNS_FOR = 7, 66  # days from the offer to the first day, and from there to the last
OFFERED_DAYS = Decimal(10)
VISITS = (
    ("1", "Looked at where we start, with the head and the two people who do the work. Agreed the order of things."),
    ("1", "Worked through the first goal with the team. They led the second half themselves."),
    ("2", "Sat in on the monthly check. One open point, which the school will close next week."),
)


def workday(day: date) -> date:
    """``day``, or the last working day before it."""
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


def reached(account: str, n: int, *, phone: bool = True) -> dict[str, str]:
    """An address that reaches nobody, and a number of those kept for drama."""
    return {"email": f"{account}.{n}@{demo.DOMAIN}", "phone": f"01632 960 {n % 1000:03d}" if phone else ""}


@dataclass
class Story:
    """What has happened to one school so far. ``begins`` is the day of the first step."""

    cast: Cast
    school: School
    topic: Topic
    begins: date
    adviser: User | None = None
    case: SupportCase | None = None
    decision: TierDecision | None = None
    plan: ImprovementPlan | None = None
    diagnosis: Diagnosis | None = None
    need: Need | None = None
    offer: Offer | None = None
    deployment: Deployment | None = None
    review_on: date | None = None
    leader: str = ""  # the account of whoever is to be chosen; the first in the ranking when empty
    money: bool = False
    has_gap: bool = True
    told: datetime | None = None  # when the last step was

    def play(self, upto: str, *, days: dict[str, int] = DAYS) -> "Story":
        """Every step up to and with ``upto``, each in its own transaction and told as it happens."""
        for step, offset in days.items():
            day = workday(self.begins + timedelta(days=offset))
            hour, minute = divmod(9 * 60 + (offset * 37 + self.school.pk * 11) % 420, 60)
            moment = datetime.combine(day, time(hour, minute))
            if self.told and self.told.date() == day and moment <= self.told:  # days off put several steps on one day: in their order
                moment = self.told + timedelta(minutes=20)
            self.told = moment
            with clock.at(moment), transaction.atomic():
                getattr(self, step)()
                outbox.deliver_all(mail=False)
            if step == upto:
                break
        return self

    # Who

    @property
    def head(self) -> User:
        return self.cast.head(self.school)

    @property
    def officer(self) -> User:
        return self.cast.officer_of(self.school.responsible_body)

    def holder(self, role: str) -> User:
        person = User.objects.holding(role, ScopeKind.REGION, self.school.region_id).order_by("pk").first()
        person.forget_scope()
        return person

    @property
    def director(self) -> User:
        return self.holder(Role.REGIONAL_DIRECTOR)

    @property
    def delivery_officer(self) -> User:
        return self.holder(Role.DELIVERY_OFFICER)

    @property
    def triaging(self) -> User:
        """The adviser who looks at the school first: whoever is to have its case, else somebody free of interests there."""
        if self.adviser:
            self.adviser.forget_scope()
            return self.adviser
        for person in User.objects.holding(Role.ADVISER, ScopeKind.REGION, self.school.region_id).order_by("pk"):
            if School.objects.visible_to(person).filter(pk=self.school.pk).exists():
                return person
        raise LookupError(f"Nobody advises at {self.school}")

    # Steps

    def signal(self) -> None:
        kind = self.topic.signal
        if kind in (Signal.Kind.ASKED, Signal.Kind.BODY_ASKED):
            self.ask(self.head if kind == Signal.Kind.ASKED else self.officer)
            return
        day = workday(clock.today() - timedelta(days=20))
        support.record_signal(self.school, kind=kind, source=self.topic.source, day=day, words=self.topic.words, by=self.triaging)

    def ask(self, by: User, *, urgency: str = "half_term") -> None:
        request = support.save_request(
            None,
            school=self.school,
            topic=Expertise.objects.get(code=self.topic.code),
            by=by,
            what_for=self.topic.ask,
            tried=self.topic.tried,
            urgency=urgency,
            contact=f"{by.name}, 01632 960{self.school.pk % 1000:03d}",
        )
        support.send_request(request, by=by)

    def in_place(self) -> None:
        if self.topic.own_help == "None yet":
            support.record_nothing_in_place(self.school, by=self.officer)
        else:
            support.record_existing_support(
                self.school,
                what=self.topic.own_help,
                given_by=self.school.responsible_body.name,
                since=workday(clock.today() - timedelta(days=60)),
                by=self.officer,
            )

    def propose(self) -> None:
        self.decision = support.propose(
            self.school,
            outcome=TierDecision.Outcome.ENHANCED,
            reasons=(
                f"The school asked to work on this and knows where it stands: {self.topic.words}. What is in place helps, and is"
                " not enough by itself. A named adviser and time from an experienced leader would make the difference."
            ),
            by=self.triaging,
        )

    def decide(self) -> None:
        review = workday(clock.today() + timedelta(days=REVIEWED_AFTER))
        self.decision = support.decide_proposal(self.decision, agree=True, by=self.director, review_on=review)

    def school_replies(self) -> None:
        self.decision = support.say_nothing_to_add(self.decision, by=self.head)

    def body_replies(self) -> None:
        self.decision = support.say_nothing_to_add(self.decision, by=self.officer)
        self.case = SupportCase.objects.live().get(school=self.school)

    def assign(self) -> None:
        """To the adviser of the story, else to the first with days left; the one with a button keeps theirs for named stories."""
        posts = Adviser.objects.filter(region=self.school.region).order_by("-pk")
        if self.adviser:
            posts = posts.filter(person=self.adviser)
        else:
            posts = posts.exclude(person=self.cast["adviser"])
        refusals = []
        for post in posts:
            try:
                with transaction.atomic():
                    self.case = support.assign(self.case, adviser=post, by=self.delivery_officer)
            except NotReady as refusal:
                refusals += refusal.reasons
                continue
            self.adviser = post.person
            return
        raise LookupError(f"No adviser can take {self.school}: {refusals}")

    def name_contacts(self) -> None:
        """Head and chair wherever there is a case; at Ashgrove somebody at every organisation, and one who has left."""
        by, school = self.delivery_officer, self.school
        at_school = {"organisation": "school", "school": school, "by": by}
        interim = school.pk % 6 == 2
        head = self.cast.name() if interim else self.head.name
        add_contact(**at_school, role="interim_head" if interim else "permanent_head", name=head, **reached("head", school.pk))
        add_contact(**at_school, role="chair", name=self.cast.name(), **reached("chair", school.pk, phone=False))
        if school.pk != ASHGROVE:
            return
        manager, left = {"role": "other", "job_title": "School business manager"}, clock.today() - timedelta(days=5)
        gone = add_contact(**at_school, **manager, name=self.cast.name(), since=left - timedelta(days=700), **reached("office", 1))
        end_contact(gone, by=by, on=left)
        body = school.responsible_body
        for n, (job_title, account) in enumerate((("Chief executive", "chief"), ("Head of school improvement", "improvement"))):
            of_body = {"organisation": "governance", "body": body, "role": body.kind, "job_title": job_title, "by": by}
            add_contact(**of_body, name=self.cast.name(), **reached(account, n + 31))
        diocese = {"role": "diocese", "organisation_name": "Diocese of Ashgrove", "job_title": "Director of education"}
        add_contact(**{**at_school, "organisation": "governance"}, **diocese, name=self.cast.name(), **reached("education", 63))
        hub = {"role": "other", "organisation_name": "Northbank Hub", "job_title": "Programme manager"}
        add_contact(**{**at_school, "organisation": "supporting"}, **hub, name=self.cast.name(), **reached("programme", 74))

    def draft_diagnosis(self) -> None:
        self.diagnosis = support.save_diagnosis(
            self.case, visited_on=workday(clock.today() - timedelta(days=2)), seen=self.topic.seen, outcome="match", by=self.adviser_now
        )

    def share_diagnosis(self) -> None:
        self.diagnosis = support.share_diagnosis(self.diagnosis, by=self.adviser_now)

    def agree_diagnosis(self) -> None:
        self.diagnosis = support.agree_diagnosis(self.diagnosis, by=self.head)

    @property
    def adviser_now(self) -> User:
        self.adviser.forget_scope()
        return self.adviser

    def start_plan(self) -> None:
        self.case.refresh_from_db()
        self.plan = plans.start(self.case, by=self.head)
        topic, year_end = self.topic, calendar.school_year_end(clock.today())
        self.objective = plans.add_objective(
            self.plan, by=self.head, goal=topic.goal, measure=topic.measure, unit=topic.unit, baseline=topic.baseline,
            target=topic.target, owner=f"{self.head.name}, headteacher", owner_employer=Objective.Employer.SCHOOL, due=year_end,
        )  # fmt: skip
        self.second = plans.add_objective(
            self.plan, by=self.head, goal="Every subject leader reviews this work each half-term", measure="Reviews held", unit="reviews",
            baseline="0", target="6", owner="J. Cole, deputy head", owner_employer=Objective.Employer.SCHOOL, due=year_end,
        )  # fmt: skip

    def say_help(self) -> None:
        gap = Objective.HelpStatus.GAP if self.has_gap else Objective.HelpStatus.IN_PLACE
        words = "Somebody who has led this in another school" if self.has_gap else self.topic.own_help
        plans.say_help(
            self.plan,
            statuses={self.objective.pk: (gap, words), self.second.pk: (Objective.HelpStatus.NOT_NEEDED, "")},
            by=self.head,
        )

    def send_plan(self) -> None:
        self.say_help()
        self.plan = plans.submit(self.plan, by=self.head)

    def endorse_plan(self) -> None:
        self.plan = plans.endorse(self.plan, by=self.officer, message="We stand behind this plan and will release the time it needs.")

    def sign_off_plan(self) -> None:
        self.plan = plans.sign_off(
            self.plan,
            by=self.adviser_now,
            first_review_on=self.review_on or plans.first_review_offered(clock.today()),
            money_attached=self.money,
        )

    # Brokering

    @property
    def leader_now(self) -> User:
        person = self.need.chosen.person
        person.forget_scope()
        return person

    def describe_need(self) -> None:
        self.need = deployments.describe(
            Need.objects.get(objective_id=self.objective.pk),
            expertise=Expertise.objects.get(code=self.topic.code),
            phase=self.school.phase,
            days_least=Decimal(6),
            days_most=Decimal(12),
            starts=workday(clock.today() + timedelta(days=STARTS_AFTER)),
            by=self.adviser_now,
            how="In school, with the people who do the work",
        )

    def choose(self) -> None:
        """Whoever the story names, else the first in the ranking."""
        found = matching.look(self.need)
        able = found.ranked
        if self.leader:
            wanted = [match for match in able if match.leader.person.email.startswith(f"{self.leader}@")]
        else:
            wanted = [match for match in able if match.days_free > OFFERED_DAYS] or able
        if not wanted:
            raise LookupError(f"Nobody can help {self.school} with {self.topic.code}: {found.counts}")
        reason = "Known to the school through its hub, and near" if wanted[0].rank != 1 else ""
        self.need = deployments.choose(self.need, leader=wanted[0].leader, by=self.adviser_now, reason=reason)

    def approve(self) -> None:
        self.need = deployments.approve(self.need, by=self.director)

    def make_offer(self) -> None:
        starts = workday(clock.today() + timedelta(days=STARTS_AFTER + 6))
        self.offer = deployments.make_offer(
            self.need,
            goals=[self.topic.goal, "Two people at the school can keep it going without help"],
            days=OFFERED_DAYS,
            rhythm="One day a week",
            starts=starts,
            ends=workday(starts + timedelta(days=RUNS_FOR)),
            by=self.adviser_now,
        )

    def accept_offer(self) -> None:
        self.offer = deployments.accept_offer(self.offer, by=self.leader_now)

    def agree_offer(self) -> None:
        self.deployment = deployments.agree_offer(self.offer, by=self.head)

    def set_goals(self) -> None:
        first = {
            "goal": self.topic.goal,
            "started_at": f"{self.topic.baseline} {self.topic.unit}",
            "target": f"{self.topic.target} {self.topic.unit}",
        }
        second = {"goal": "Two people at the school can keep it going without help", "started_at": "0 of 2", "target": "2 of 2"}
        self.deployment = deployments.set_goals(self.deployment, goals=[first, second], by=self.adviser_now)

    def school_signs(self) -> None:
        self.deployment = deployments.sign(self.deployment, number=self.deployment.number, by=self.head)

    def leader_signs(self) -> None:
        self.deployment = deployments.sign(self.deployment, number=self.deployment.number, by=self.leader_now)

    def adviser_signs(self) -> None:
        self.deployment = deployments.sign(self.deployment, number=self.deployment.number, by=self.adviser_now)

    def start_deployment(self) -> None:
        self.deployment = deployments.start(self.deployment, by=self.leader_now)

    def _visit(self, number: int) -> None:
        days, note = VISITS[number]
        day = min(clock.today(), self.deployment.ends)  # a summer in between brings the last day forward
        deployments.log_visit(self.deployment, date=day, days=Decimal(days), note=note, goals=[1, 2] if number else [1], by=self.leader_now)

    def first_visit(self) -> None:
        self._visit(0)

    def second_visit(self) -> None:
        self._visit(1)
        deployments.read_goals(self.deployment, readings={2: "1 of 2"}, by=self.leader_now)

    def third_visit(self) -> None:
        self._visit(2)

    # Reviews

    @property
    def review(self) -> ProgressReview:
        return self.plan.reviews.order_by("-number").first()

    def record_review(self) -> None:
        plans.record_progress(
            self.review,
            said={
                self.objective.pk: {"word": "on_track", "value": self.topic.baseline, "comment": "Steady, and the team can say why."},
                self.second.pk: {"word": "slower", "value": "1", "comment": "Two subject leaders changed over the summer."},
            },
            by=self.head,
        )

    def confirm_review(self) -> None:
        review = self.review
        plans.confirm(review, by=self.adviser_now, next_due=plans.first_review_offered(max(review.due, clock.today())), words="Agreed on the visit.")

    def finish_deployment(self) -> None:
        deployments.finish(
            self.deployment,
            outcomes={1: ("met", "The last two checks found nothing open"), 2: ("partly", "One person is ready; the other starts in January")},
            handover="The monthly check is in the school calendar, and both people know whom to call.",
            by=self.leader_now,
        )
