"""What may follow what: moves, lifecycles and the three refusals. No models; leans on the trail."""

from rise.workflow.lifecycle import Lifecycle, Move, edit
from rise.workflow.refusals import EditConflict, NotReady, WrongStatus

__all__ = ["EditConflict", "Lifecycle", "Move", "NotReady", "WrongStatus", "edit"]
