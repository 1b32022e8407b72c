"""Django admin's lists, of every app: each opens, can be searched and filtered, and what moves is only looked at."""

import pytest
from django.contrib import admin
from django.urls import reverse

pytestmark = pytest.mark.django_db

MODELS = {model._meta.label_lower: model for model in admin.site._registry}
FEW = {"schools.region"}  # nine rows need no filter


@pytest.mark.parametrize("name", sorted(MODELS))
def test_list_opens_and_can_be_searched_and_filtered(name, as_, administrator):
    model, shown = MODELS[name], admin.site._registry[MODELS[name]]
    client, address = as_(administrator), f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert client.get(reverse(f"{address}_changelist"), {"q": "1"}).status_code == 200
    assert shown.search_fields
    assert shown.list_filter or shown.date_hierarchy or name in FEW
    assert client.get(reverse(f"{address}_add")).status_code in (200, 403)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_status_is_never_typed_in(name, rf, administrator):
    model, shown = MODELS[name], admin.site._registry[MODELS[name]]
    moves = {field.name for field in model._meta.fields} & {"status", "stage", "state", "seq"}
    request = rf.get("/")
    request.user = administrator
    assert not moves or not (shown.has_add_permission(request) or shown.has_change_permission(request))
