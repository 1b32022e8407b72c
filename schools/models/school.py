"""A school, as the register describes it."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func
from django.urls import reverse

from schools.models.bodies import ResponsibleBody
from schools.models.places import LocalAuthority, Region
from schools.querysets import SchoolQuerySet
from schools.words import FOLD_FROM, FOLD_TO

PARTED_BY = "\x1f"  # stands in no cell of the register

# ``translate`` and not ``unaccent``, since a generated column may only use functions that never change; it is slow, so it is
# kept for the few rows that need it.
FOLDED = """to_tsvector('simple'::regconfig,
  CASE WHEN octet_length(name || town) = length(name || town) AND strpos(name, '/') = 0 AND strpos(name, '.') = 0
  THEN replace({words}, '''', '') ELSE translate({words}, '{old}', '{new}') END)"""


QUOTED = FOLD_FROM.replace("'", "''")
FORMER = f"to_tsvector('simple'::regconfig, translate(%(expressions)s, '{QUOTED}', '{FOLD_TO}'))"


def search_words() -> Func:
    """The words a school is found by: its number, name, town, postcode, authority and trust."""
    return Func(
        Func(F("urn"), template="(%(expressions)s)::text"),
        *map(F, ("name", "town", "postcode", "authority_name", "trust_name")),
        arg_joiner=" || ' ' || ",
        template=FOLDED.format(words="%(expressions)s", old=QUOTED, new=FOLD_TO),
        output_field=SearchVectorField(),
    )


def former_name(column: str) -> Func:
    """The words of a name that a school once had, cut like those of its own."""
    return Func(F(column), template=FORMER, output_field=SearchVectorField())


class School(models.Model):
    """A school by its URN, open or not. Everything but ``missing_from_source`` comes from the register and is never edited here.

    ``region`` follows the row's own region and not its authority; None where the register gives none of the nine.
    ``authority_name`` and ``trust_name`` are the register's own words on the row, kept for search and for groups we do not hold.
    ``in_scope``: state-funded, open or closing, in one of the nine regions. ``as_at`` is the date of the file that last changed the row.
    Columns without a field of their own are in ``other_values``, in the order of ``RegisterColumn`` with ``PARTED_BY`` between them and
    empty ones at the end left out: a national file has four million such cells, and a list of them costs three times as much
    to write and JSON ten times. ``other`` reads them by name.
    """

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        CLOSING = "closing", "Open, but proposed to close"
        PROPOSED = "proposed", "Proposed to open"

    class Phase(models.TextChoices):
        NURSERY = "nursery", "Nursery"
        PRIMARY = "primary", "Primary"
        MIDDLE_PRIMARY = "middle_primary", "Middle deemed primary"
        SECONDARY = "secondary", "Secondary"
        MIDDLE_SECONDARY = "middle_secondary", "Middle deemed secondary"
        SIXTEEN_PLUS = "sixteen_plus", "16 plus"
        ALL_THROUGH = "all_through", "All-through"
        NOT_APPLICABLE = "not_applicable", "Not applicable"

    class Type(models.TextChoices):
        """Types by the register's code: those we store. All but non-maintained special schools can be in scope."""

        COMMUNITY = "01", "Community school"
        VOLUNTARY_AIDED = "02", "Voluntary aided school"
        VOLUNTARY_CONTROLLED = "03", "Voluntary controlled school"
        FOUNDATION = "05", "Foundation school"
        CITY_TECHNOLOGY_COLLEGE = "06", "City technology college"
        COMMUNITY_SPECIAL = "07", "Community special school"
        NON_MAINTAINED_SPECIAL = "08", "Non-maintained special school"
        FOUNDATION_SPECIAL = "12", "Foundation special school"
        PUPIL_REFERRAL_UNIT = "14", "Pupil referral unit"
        NURSERY = "15", "Local authority nursery school"
        ACADEMY_SPONSOR = "28", "Academy sponsor led"
        ACADEMY_SPECIAL_SPONSOR = "33", "Academy special sponsor led"
        ACADEMY_CONVERTER = "34", "Academy converter"
        FREE = "35", "Free schools"
        FREE_SPECIAL = "36", "Free schools special"
        FREE_ALTERNATIVE = "38", "Free schools alternative provision"
        FREE_16_19 = "39", "Free schools 16 to 19"
        UNIVERSITY_TECHNICAL_COLLEGE = "40", "University technical college"
        STUDIO = "41", "Studio schools"
        ACADEMY_ALTERNATIVE_CONVERTER = "42", "Academy alternative provision converter"
        ACADEMY_ALTERNATIVE_SPONSOR = "43", "Academy alternative provision sponsor led"
        ACADEMY_SPECIAL_CONVERTER = "44", "Academy special converter"
        ACADEMY_16_19_CONVERTER = "45", "Academy 16-19 converter"
        ACADEMY_16_19_SPONSOR = "46", "Academy 16 to 19 sponsor led"
        ACADEMY_SECURE_16_19 = "57", "Academy secure 16 to 19"

    OPEN_STATUSES = (Status.OPEN, Status.CLOSING)

    urn = models.IntegerField("URN", primary_key=True)
    laestab = models.CharField("DfE number", max_length=7, blank=True)
    name = models.TextField()
    type = models.CharField(max_length=2, choices=Type.choices)
    phase = models.CharField(max_length=16, choices=Phase.choices, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices)
    opened = models.DateField(null=True, blank=True)
    closed = models.DateField(null=True, blank=True, help_text="In the future while a school is open but proposed to close.")
    reason_opened = models.TextField(blank=True, default="")
    reason_closed = models.TextField(blank=True, default="")
    low_age = models.SmallIntegerField("youngest age", null=True, blank=True)
    high_age = models.SmallIntegerField("oldest age", null=True, blank=True)
    capacity = models.IntegerField(null=True, blank=True)
    pupils = models.IntegerField(null=True, blank=True)
    fsm_percent = models.DecimalField("percentage of pupils entitled to free school meals", max_digits=5, decimal_places=2, null=True, blank=True)
    gender = models.TextField(blank=True, default="")
    religious_character = models.TextField(blank=True, default="")
    admissions_policy = models.TextField(blank=True, default="")
    sixth_form = models.TextField(blank=True, default="")
    street = models.TextField(blank=True, default="")
    locality = models.TextField(blank=True, default="")
    address3 = models.TextField(blank=True, default="")
    town = models.TextField(blank=True, default="")
    county = models.TextField(blank=True, default="")
    postcode = models.TextField(blank=True, default="")
    easting = models.IntegerField(null=True, blank=True)
    northing = models.IntegerField(null=True, blank=True)
    urban_rural = models.TextField(blank=True, default="")
    district = models.TextField(blank=True, default="")
    constituency = models.TextField(blank=True, default="")
    website = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    head_title = models.TextField(blank=True, default="")
    head_first_name = models.TextField(blank=True, default="")
    head_last_name = models.TextField(blank=True, default="")
    head_job_title = models.TextField(blank=True, default="")
    ukprn = models.TextField("UKPRN", blank=True, default="")
    authority = models.ForeignKey(LocalAuthority, on_delete=models.PROTECT, related_name="schools")
    authority_name = models.TextField(blank=True, default="")
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="schools", db_index=False
    )  # the index of the list begins with it
    trust_flag = models.TextField(blank=True, default="", help_text="3 multi-academy, 5 single-academy, 1 foundation trust.")
    trust_uid = models.IntegerField("trust UID", null=True, blank=True)
    trust_name = models.TextField(blank=True, default="")
    federation_uid = models.IntegerField("federation UID", null=True, blank=True)
    sponsor_name = models.TextField(blank=True, default="")
    responsible_body = models.ForeignKey(ResponsibleBody, on_delete=models.PROTECT, null=True, blank=True, related_name="schools")
    in_scope = models.BooleanField(default=False)
    missing_from_source = models.DateField(null=True, blank=True, editable=False)
    register_changed = models.DateField("last changed in the register", null=True, blank=True)
    as_at = models.DateField(null=True, blank=True, editable=False)
    other_values = models.TextField(default="", blank=True, editable=False)
    search = models.GeneratedField(expression=search_words(), output_field=SearchVectorField(), db_persist=True)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        ordering = ["name", "urn"]
        indexes = [
            models.Index(fields=["region", "status", "phase", "name", "urn"], name="school_region_list"),
            models.Index(fields=["status", "name", "urn"], name="school_list"),
            models.Index(fields=["name", "urn"], name="school_in_scope_list", condition=models.Q(in_scope=True)),
            models.Index(fields=["laestab"], name="school_laestab"),
            models.Index(fields=["trust_uid"], name="school_trust_uid", condition=models.Q(trust_uid__isnull=False)),
            models.Index(OpClass(F("postcode"), "text_pattern_ops"), name="school_postcode"),
            GinIndex(fields=["search"], name="school_search"),
            models.Index(fields=["phase", "fsm_percent", "pupils"], name="school_alike", condition=models.Q(in_scope=True)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("dashboards:school", kwargs={"urn": self.urn})

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN_STATUSES

    @property
    def head_name(self) -> str:
        """The head as the register names them, "" when it does not."""
        return " ".join(part for part in (self.head_title, self.head_first_name, self.head_last_name) if part)

    @property
    def ages(self) -> str:
        """ "3 to 11", or "" when the register does not say."""
        if self.low_age is None or self.high_age is None:
            return ""
        return f"{self.low_age} to {self.high_age}"

    @property
    def address(self) -> list[str]:
        """The lines of its address, without empty ones."""
        lines = (self.street, self.locality, self.address3, self.town, self.county, self.postcode)
        return [line for line in lines if line]

    @property
    def other(self) -> dict[str, str]:
        """Columns of the register without a field of their own, by their official names; those without a value left out."""
        names = RegisterColumn.objects.order_by("position").values_list("name", flat=True)
        return {name: value for name, value in zip(names, self.other_values.split(PARTED_BY), strict=False) if value}


class RegisterColumn(models.Model):
    """A column of the establishments file that has no field here, and its place in ``School.other_values``.

    Places are given in the order columns are first met, in whichever layout, and never change.
    """

    position = models.PositiveSmallIntegerField(primary_key=True)
    name = models.TextField(unique=True)

    def __str__(self) -> str:
        return self.name
