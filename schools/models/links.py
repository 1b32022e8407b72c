"""Links between schools: what came before, what came after."""

from django.db import models


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

    def __str__(self) -> str:
        return f"{self.kind}: {self.other_name or self.other_urn}"
