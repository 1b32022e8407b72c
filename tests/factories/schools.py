"""Schools and who answers for them. Regions and authorities are those the migrations made."""

import factory

from schools.models import Group, LocalAuthority, Region, ResponsibleBody, School


def region(name: str = "North West") -> Region:
    return Region.objects.get(name=name)


def authority(name: str = "Rochdale") -> LocalAuthority:
    return LocalAuthority.objects.get(name=name)


def authority_body(name: str = "Rochdale") -> ResponsibleBody:
    """The authority of this name as a responsible body."""
    return ResponsibleBody.objects.get(authority__name=name)


class GroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Group

    uid = factory.Sequence(lambda n: 5000 + n)
    name = factory.Sequence(lambda n: f"Trust {n}")
    type = Group.Type.MULTI_ACADEMY
    status = Group.Status.OPEN


class TrustFactory(factory.django.DjangoModelFactory):
    """An academy trust as a responsible body, with its group."""

    class Meta:
        model = ResponsibleBody

    kind = ResponsibleBody.Kind.TRUST
    name = factory.Sequence(lambda n: f"Trust {n}")
    group = factory.SubFactory(GroupFactory, name=factory.SelfAttribute("..name"))


class SchoolFactory(factory.django.DjangoModelFactory):
    """An open primary academy of Rochdale, in the North West, answered for by a trust of its own unless one is given.

    ``authority_place="Gateshead"`` moves it, its region with it.
    """

    class Meta:
        model = School

    class Params:
        authority_place = "Rochdale"

    urn = factory.Sequence(lambda n: 100100 + n)
    name = factory.Sequence(lambda n: f"School {n}")
    type = School.Type.ACADEMY_CONVERTER
    phase = School.Phase.PRIMARY
    status = School.Status.OPEN
    low_age = 3
    high_age = 11
    pupils = 210
    capacity = 240
    town = "Rochdale"
    postcode = "OL16 1AA"
    easting = 389700
    northing = 413500
    authority = factory.LazyAttribute(lambda o: LocalAuthority.objects.get(name=o.authority_place))
    authority_name = factory.SelfAttribute("authority.name")
    region = factory.LazyAttribute(lambda o: o.authority.region)
    responsible_body = factory.SubFactory(TrustFactory)
    trust_name = factory.LazyAttribute(lambda o: o.responsible_body.name if o.responsible_body else "")
    in_scope = True


def school(**fields: object) -> School:
    return SchoolFactory(**fields)
