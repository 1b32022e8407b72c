"""The people and places most tests need. A reader knows them by the second test.

North West: ``school``, whose ``body`` is a trust; ``head`` leads it, ``trust`` is the trust's officer; ``adviser``,
``second_adviser``, ``officer`` and ``director`` work the region. ``leader`` is a supporting leader. North East:
``other_school``, ``neighbour`` (adviser), ``other_director``. Everywhere: ``official``, ``auditor``. ``administrator``.
"""

import pytest

from rise.accounts.models import Role
from tests.factories.accounts import person_as
from tests.factories.schools import SchoolFactory, TrustFactory


@pytest.fixture
def north_west(db):
    from schools.models import Region

    return Region.objects.get(slug="north-west")


@pytest.fixture
def north_east(db):
    from schools.models import Region

    return Region.objects.get(slug="north-east")


@pytest.fixture
def body(db):
    """The academy trust that answers for ``school``."""
    return TrustFactory(name="Alder Trust")


@pytest.fixture
def school(north_west, body):
    return SchoolFactory(urn=100001, name="Alderbrook Primary School", region=north_west, responsible_body=body)


@pytest.fixture
def other_school(north_east):
    return SchoolFactory(urn=100002, name="Beckside Primary School", region=north_east, responsible_body=TrustFactory(name="Beck Trust"))


@pytest.fixture
def head(school):
    return person_as(Role.SCHOOL_LEADER, school, name="H. Head")


@pytest.fixture
def trust(body):
    return person_as(Role.RESPONSIBLE_BODY, body, name="T. Trust")


@pytest.fixture
def adviser(north_west):
    return person_as(Role.ADVISER, north_west, name="A. Adviser")


@pytest.fixture
def second_adviser(north_west):
    return person_as(Role.ADVISER, north_west, name="S. Second")


@pytest.fixture
def officer(north_west):
    return person_as(Role.DELIVERY_OFFICER, north_west, name="O. Officer")


@pytest.fixture
def director(north_west):
    return person_as(Role.REGIONAL_DIRECTOR, north_west, name="D. Director")


@pytest.fixture
def other_director(north_east):
    return person_as(Role.REGIONAL_DIRECTOR, north_east, name="E. Elsewhere")


@pytest.fixture
def leader(db):
    return person_as(Role.SUPPORTING_LEADER, name="L. Leader")


@pytest.fixture
def neighbour(north_east):
    return person_as(Role.ADVISER, north_east, name="N. Neighbour")


@pytest.fixture
def official(db):
    return person_as(Role.NATIONAL_OFFICIAL, name="F. Official")


@pytest.fixture
def auditor(db):
    return person_as(Role.AUDITOR, name="U. Auditor")


@pytest.fixture
def administrator(db):
    return person_as(Role.ADMINISTRATOR, name="M. Administrator")


@pytest.fixture
def as_(client_of):
    """``as_(head).get(...)``: a client signed in as this person."""
    return client_of


@pytest.fixture
def client_of(db):
    from django.test import Client

    def signed_in(user, **kwargs):
        client = Client(**kwargs)
        client.force_login(user, backend="rise.accounts.auth.ScopedBackend")
        return client

    return signed_in
