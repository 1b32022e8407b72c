"""Tables of support, one file per thing."""

from support.models.burden import COSTS, Ask, BurdenEntry
from support.models.cases import Diagnosis, SupportCase
from support.models.corrections import Correction
from support.models.decisions import NothingToAdd, Representation, Side, Tier, TierDecision, current_tier
from support.models.requests import SupportRequest
from support.models.saved_views import FirstView, SavedView
from support.models.triage import ExistingSupport, Signal, TriageEntry

__all__ = [
    "COSTS",
    "Ask",
    "BurdenEntry",
    "Correction",
    "Diagnosis",
    "ExistingSupport",
    "FirstView",
    "NothingToAdd",
    "Representation",
    "SavedView",
    "Side",
    "Signal",
    "SupportCase",
    "SupportRequest",
    "Tier",
    "TierDecision",
    "TriageEntry",
    "current_tier",
]
