"""What was imported when, what was turned away, and what changed."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse

from rise import clock
from schools.models.school import former_name
from schools.querysets import DataImportQuerySet


class DataImport(models.Model):
    """One file offered to the register, whatever became of it. The counts are those of the report.

    ``made_up`` marks demonstration data: it is never "the last one imported", and real files never mark its schools missing.
    """

    class Kind(models.TextChoices):
        ESTABLISHMENTS = "establishments", "Establishments"
        GROUPS = "groups", "Groups"
        MEMBERSHIPS = "memberships", "Group memberships"
        LINKS = "links", "Links between schools"
        INSPECTIONS = "inspections", "Inspections"
        RESULTS = "results", "Results"

    class Extent(models.TextChoices):
        FULL = "full", "Full extract"
        PART = "part", "Part"

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        WAITING = "waiting", "Waiting to be checked"
        CHECKING = "checking", "Being checked"
        READY = "ready", "Ready to import"
        QUEUED = "queued", "Waiting to run"
        RUNNING = "running", "Running"
        HELD = "held", "Held for a second person"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        DROPPED = "dropped", "Dropped"
        CANCELLED = "cancelled", "Cancelled"
        STOPPED = "stopped", "Stopped"

        @property
        def tag_colour(self) -> str:
            if self in DataImport.IN_MOTION:
                return "blue"
            return {"uploaded": "grey", "ready": "purple", "held": "purple", "done": "green", "stopped": "orange"}.get(self.value, "")

        @property
        def in_short(self) -> str:
            """The state in a word or two, for a tag."""
            return {"held": "Held", "waiting": "Waiting", "checking": "Checking", "ready": "Ready", "queued": "Waiting"}.get(
                self.value, str(self.label)
            )

    AT_WORK = (State.CHECKING, State.RUNNING)  # a worker has it in hand
    IN_MOTION = (State.WAITING, State.CHECKING, State.QUEUED, State.RUNNING)
    ENDED = (State.DONE, State.REFUSED, State.DROPPED, State.CANCELLED)

    kind = models.CharField(max_length=16, choices=Kind.choices, blank=True)
    file = models.TextField("file name")
    sha256 = models.CharField(max_length=64, blank=True)
    as_at = models.DateField(null=True, blank=True)
    period = models.CharField("school year of results", max_length=6, blank=True, help_text="As 202324, where neither the rows nor the name say it.")
    extent = models.CharField("full or part", max_length=4, choices=Extent.choices, blank=True)
    made_up = models.BooleanField(default=False)
    forced = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    version = models.PositiveIntegerField(default=1)
    reason = models.TextField("why it was refused or held", blank=True)
    header = ArrayField(models.TextField(), default=list, blank=True)
    columns = models.JSONField("unknown and missing columns", default=dict, blank=True)
    read = models.IntegerField(default=0)
    created = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    duplicates = models.IntegerField(default=0)
    out_of_scope = models.IntegerField(default=0)
    missing = models.IntegerField(default=0)
    reasons = models.JSONField("rejected rows by reason", default=dict, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    sample = models.JSONField("some of what a check found", default=dict, blank=True)
    kept_as = models.TextField("where a file that waits is kept", blank=True)
    came_from = models.TextField("name, size and time in the watched folder", blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="imports")
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="released_imports")
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DataImportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "import"
        indexes = [
            models.Index(fields=["state"], name="import_not_ended", condition=~Q(state__in=("done", "refused", "dropped", "cancelled"))),
            models.Index(fields=["came_from"], name="import_came_from", condition=~Q(came_from="")),
            models.Index(fields=["kind", "as_at"], name="import_last_official", condition=Q(state="done", made_up=False)),
        ]

    def __str__(self) -> str:
        return f"{self.file} ({self.get_state_display().lower()})"

    def get_absolute_url(self) -> str:
        return reverse("schools:import_run", args=[self.pk])

    @property
    def standing(self) -> State:
        """The state as a choice, with its words and colour."""
        return self.State(self.state)

    @property
    def is_dry(self) -> bool:
        """Whether the counts say what would be done, not what was done."""
        return self.state not in (self.State.DONE, self.State.RUNNING)


class RejectedRow(models.Model):
    """A row that was not imported: where it stood, why, and what it said. ``urn`` is text because it may be the fault."""

    run = models.ForeignKey(DataImport, on_delete=models.CASCADE, related_name="rejected_rows")
    line = models.IntegerField()
    urn = models.TextField("URN", blank=True)
    reason = models.TextField()
    column = models.TextField(blank=True)
    cell = models.TextField(blank=True)
    raw = ArrayField(models.TextField(), default=list)

    class Meta:
        ordering = ["line"]
        indexes = [models.Index(fields=["run", "line"])]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class FieldChange(models.Model):
    """One field of a school or group that a file changed. Exactly one of ``urn`` and ``group_uid`` is set.

    ``old`` and ``new`` are as the register writes them; "" is no value.
    """

    run = models.ForeignKey(DataImport, on_delete=models.PROTECT, related_name="changes")
    urn = models.IntegerField("URN", null=True, blank=True)
    group_uid = models.IntegerField("group UID", null=True, blank=True)
    field = models.TextField()
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    as_at = models.DateField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["urn", "-id"], name="field_change_school", condition=Q(urn__isnull=False)),
            models.Index(fields=["group_uid", "-id"], name="field_change_group", condition=Q(group_uid__isnull=False)),
            GinIndex(former_name("old"), name="field_change_former_name", condition=Q(field="name", urn__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(urn__isnull=False, group_uid=None) | Q(urn=None, group_uid__isnull=False),
                name="field_change_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.old!r} to {self.new!r}"


class RegisterSnapshot(models.Model):
    """Digests of the records of the last file of a kind and layout, so that the next one touches only what differs.

    ``records`` packs the digests (12 bytes each), then for each twice its key, plus one where the record was stored (4 bytes).
    ``size`` is the length of that file: another one of the same length may be the same.
    """

    kind = models.CharField(max_length=16, choices=DataImport.Kind.choices)
    made_up = models.BooleanField()
    layout = models.CharField("digest of the header and of our column map", max_length=64)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(default=0)
    run = models.ForeignKey(DataImport, on_delete=models.CASCADE, related_name="+")
    records = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "made_up"], name="register_snapshot_once")]

    def __str__(self) -> str:
        return f"{self.kind} as of run {self.run_id}"
