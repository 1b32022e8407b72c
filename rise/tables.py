"""Making all tables of an empty database in a third of the time, for the tests and a first demonstration.

Between two operations Django draws anew every model related to the one that changed, once for each constraint, index and
trigger. None of these changes a relation, so here they are added to the model as it was drawn. A test compares the
tables with those that a plain ``migrate`` makes; a real database is always migrated plainly.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.core.management import call_command
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.migrations import AddTrigger


def make() -> None:
    """Run every migration on an empty database."""
    with _drawing_less():
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _drawing_less() -> Iterator[None]:
    with (
        patch.object(ProjectState, "_append_option", _append_option),
        patch.object(ProjectState, "add_model", _add_model),
        patch.object(AddTrigger, "state_forwards", _add_trigger),
    ):
        yield


def _append_option(self: ProjectState, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    options = self.models[app_label, model_name].options
    options[option_name] = [*options[option_name], obj]
    if "apps" in self.__dict__:
        meta = self.apps.get_model(app_label, model_name)._meta
        setattr(meta, option_name, [*getattr(meta, option_name), obj])


def _add_trigger(self: AddTrigger, app_label: str, state: ProjectState) -> None:
    options = state.models[app_label, self.model_name.lower()].options
    options["triggers"] = [*options.get("triggers", []), self.trigger]


def _add_model(self: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:  # type: ignore[attr-defined]
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.reload_model(*key, delay=True)  # a new model changes only those that it names
