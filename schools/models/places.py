"""Regions, local authorities past and present, and the programmes that cover an area."""

from django.db import models
from django.urls import reverse


class Region(models.Model):
    """One of the nine regions of England. ``code`` is the letter the register uses for it ("B" is the North West)."""

    code = models.CharField(max_length=1, unique=True)
    name = models.CharField(max_length=40, unique=True)
    slug = models.SlugField(max_length=40, unique=True)
    gss_code = models.CharField("ONS code", max_length=9, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("dashboards:region", kwargs={"slug": self.slug})


class SubRegion(models.Model):
    """A part of a region that its team plans by; which authorities are in it is the team's to say."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="sub_regions")
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["region", "name"], name="sub_region_name_once_in_region")]

    def __str__(self) -> str:
        return self.name


class AuthorityQuerySet(models.QuerySet["LocalAuthority"]):
    def current(self) -> "AuthorityQuerySet":
        return self.filter(ended=None)


class LocalAuthority(models.Model):
    """A local authority by the register's three-digit code.

    Former ones are here too, because schools that closed under them still carry their code; ``ended`` says when.
    """

    code = models.CharField(max_length=3, unique=True)
    name = models.CharField(max_length=60)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="authorities")
    sub_region = models.ForeignKey(SubRegion, on_delete=models.SET_NULL, null=True, blank=True, related_name="authorities")
    gss_code = models.CharField("ONS code", max_length=9, blank=True)
    ended = models.DateField("ceased to exist", null=True, blank=True)
    tile_column = models.PositiveSmallIntegerField("map tile, column", null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField("map tile, row", null=True, blank=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "local authorities"

    def __str__(self) -> str:
        return self.name


class AreaProgramme(models.Model):
    """A national programme for an area: an authority, or only a part of it named in ``area``."""

    class Kind(models.TextChoices):
        OPPORTUNITY_AREA = "OA", "Opportunity Area"
        INVESTMENT_AREA = "EIA", "Education Investment Area"
        PRIORITY_AREA = "PEIA", "Priority Education Investment Area"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    area = models.CharField(max_length=60)
    authority = models.ForeignKey(LocalAuthority, on_delete=models.PROTECT, related_name="programmes")

    class Meta:
        ordering = ["kind", "area"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "area", "authority"], name="area_programme_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.area}"
