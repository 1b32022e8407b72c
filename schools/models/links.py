"""Links between schools: what came before, what came after."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from schools.models.school import former_name


class SchoolLink(models.Model):
    """What the register says of two schools, from the first one's side.

    ``other_urn`` is a number and not a key, because the other end is often a school we do not hold.
    """

    school = models.ForeignKey("schools.School", on_delete=models.CASCADE, related_name="links")
    other_urn = models.IntegerField(db_index=True)
    other_name = models.TextField(blank=True)
    kind = models.TextField()
    established = models.DateField(null=True, blank=True)
    missing_from_source = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "other_urn", "kind"], name="school_link_once")]
        indexes = [GinIndex(former_name("other_name"), name="school_link_former_name", condition=Q(kind__startswith="Predecessor"))]

    def __str__(self) -> str:
        return f"{self.kind}: {self.other_name or self.other_urn}"
