"""Inspections of both frameworks side by side. Grades of one framework are never turned into grades of the other."""

from django.db import models
from django.db.models import Q


class Grade(models.TextChoices):
    """A grade in the publisher's own words. A report card has five grades, earlier inspections four."""

    EXCEPTIONAL = "exceptional", "Exceptional"
    STRONG = "strong", "Strong standard"
    EXPECTED = "expected", "Expected standard"
    ATTENTION = "attention", "Needs attention"
    URGENT = "urgent", "Urgent improvement"
    MET = "met", "Met"
    NOT_MET = "not_met", "Not met"
    OUTSTANDING = "outstanding", "Outstanding"
    GOOD = "good", "Good"
    REQUIRES_IMPROVEMENT = "requires_improvement", "Requires improvement"
    INADEQUATE = "inadequate", "Inadequate"
    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_JUDGED = "not_judged", "Not judged"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class Concern(models.TextChoices):
    SPECIAL_MEASURES = "SM", "Special measures"
    SERIOUS_WEAKNESSES = "SWK", "Serious weaknesses"
    SIGNIFICANT_IMPROVEMENT = "RSI", "Requires significant improvement"


class Inspection(models.Model):
    """One inspection as it stands on a school's row: its own, or that of the school it was before.

    ``key`` is the inspection's number, or its start where it has none. ``overall`` is empty for report cards, which have no
    overall grade. ``inherited``: the inspection was of ``urn_at_time``. ``as_at`` is the date of the last file that told of it.
    """

    class Kind(models.TextChoices):
        REPORT_CARD = "report_card", "Report card"
        GRADED = "graded", "Graded inspection"
        UNGRADED = "ungraded", "Ungraded inspection"

    class Framework(models.TextChoices):
        REPORT_CARD = "report_card", "Report cards, from November 2025"
        EDUCATION = "education", "Education inspection framework, from September 2019"
        COMMON = "common", "Common inspection framework, before September 2019"

    school = models.ForeignKey("schools.School", on_delete=models.CASCADE, related_name="inspections")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.TextField()
    framework = models.CharField(max_length=12, choices=Framework.choices)
    number = models.TextField(blank=True)
    type = models.TextField(blank=True)
    event = models.TextField(blank=True)
    started = models.DateField(null=True, blank=True)
    published = models.DateField(null=True, blank=True)
    overall = models.CharField(max_length=20, choices=Grade.choices, blank=True)
    outcome = models.TextField("outcome of an ungraded inspection", blank=True)
    concern = models.CharField(max_length=3, choices=Concern.choices, blank=True)
    inherited = models.BooleanField(default=False)
    urn_at_time = models.IntegerField("URN at the time", null=True, blank=True)
    laestab_at_time = models.TextField("DfE number at the time", blank=True)
    name_at_time = models.TextField(blank=True)
    type_at_time = models.TextField("type of school at the time", blank=True)
    back_reference = models.BooleanField(default=False, help_text="Told only as the inspection before the latest, which is less reliable.")
    as_at = models.DateField()

    class Meta:
        ordering = ["-started", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["school", "kind", "key"], name="inspection_once_a_school"),
            models.CheckConstraint(condition=~Q(kind="report_card") | Q(overall=""), name="report_card_without_overall_grade"),
        ]
        indexes = [models.Index(fields=["urn_at_time"], name="inspection_of_another_urn", condition=Q(inherited=True))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"


class AreaGrade(models.Model):
    """What an inspection found in one area. ``graded_on`` is told for report cards: a later visit may move one area's date."""

    class Area(models.TextChoices):
        SAFEGUARDING_STANDARDS = "safeguarding_standards", "Safeguarding standards"
        INCLUSION = "inclusion", "Inclusion"
        CURRICULUM = "curriculum", "Curriculum and teaching"
        ACHIEVEMENT = "achievement", "Achievement"
        ATTENDANCE = "attendance", "Attendance and behaviour"
        DEVELOPMENT = "development", "Personal development and wellbeing"
        EARLY = "early", "Early years"
        POST_16 = "post_16", "Post-16 provision"
        GOVERNANCE = "governance", "Leadership and governance"
        QUALITY = "quality", "Quality of education"
        BEHAVIOUR = "behaviour", "Behaviour and attitudes"
        PERSONAL = "personal", "Personal development"
        LEADERSHIP = "leadership", "Leadership and management"
        SAFEGUARDING = "safeguarding", "Safeguarding is effective"
        EARLY_YEARS = "early_years", "Early years provision"
        SIXTH_FORM = "sixth_form", "Sixth form provision"
        OUTCOMES = "outcomes", "Outcomes for children and learners"
        TEACHING = "teaching", "Quality of teaching, learning and assessment"
        WELFARE = "welfare", "Personal development, behaviour and welfare"

    REPORT_CARD_AREAS = (
        Area.SAFEGUARDING_STANDARDS,
        Area.INCLUSION,
        Area.CURRICULUM,
        Area.ACHIEVEMENT,
        Area.ATTENDANCE,
        Area.DEVELOPMENT,
        Area.EARLY,
        Area.POST_16,
        Area.GOVERNANCE,
    )
    REPORT_CARD_GRADES = (
        Grade.EXCEPTIONAL,
        Grade.STRONG,
        Grade.EXPECTED,
        Grade.ATTENTION,
        Grade.URGENT,
        Grade.MET,
        Grade.NOT_MET,
        Grade.NOT_APPLICABLE,
    )

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="areas")
    area = models.CharField(max_length=24, choices=Area.choices)
    grade = models.CharField(max_length=20, choices=Grade.choices)
    graded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "area"], name="area_graded_once_an_inspection"),
            models.CheckConstraint(
                condition=(
                    Q(area__in=[
                        "safeguarding_standards", "inclusion", "curriculum", "achievement", "attendance", "development", "early", "post_16", "governance",
                    ], grade__in=["exceptional", "strong", "expected", "attention", "urgent", "met", "not_met", "not_applicable"])
                    | Q(area__in=[
                        "quality", "behaviour", "personal", "leadership", "safeguarding", "early_years", "sixth_form", "outcomes", "teaching", "welfare",
                    ], grade__in=["outstanding", "good", "requires_improvement", "inadequate", "yes", "no", "not_judged", "not_applicable"])
                ),
                name="area_graded_in_words_of_its_framework",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_area_display()}: {self.get_grade_display()}"


class InspectionStanding(models.Model):
    """What the publisher's last file says of a school as a whole: its most recent category of concern, "" for none."""

    school = models.OneToOneField("schools.School", on_delete=models.CASCADE, primary_key=True, related_name="inspection_standing")
    concern = models.CharField(max_length=3, choices=Concern.choices, blank=True)
    link = models.URLField(max_length=500, blank=True)
    as_at = models.DateField()

    def __str__(self) -> str:
        return f"{self.school_id} as at {self.as_at}"
