"""Tables of deployments, one file per thing."""

from deployments.models.deployments import (
    Agreement,
    AgreementVersion,
    ChangeAgreement,
    Deployment,
    DeploymentChange,
    DeploymentGoal,
    Party,
    Visit,
)
from deployments.models.needs import Candidate, Need
from deployments.models.offers import LeaderDays, Offer
from deployments.models.providers import Provider, SystemLeader

__all__ = [
    "Agreement",
    "AgreementVersion",
    "Candidate",
    "ChangeAgreement",
    "Deployment",
    "DeploymentChange",
    "DeploymentGoal",
    "LeaderDays",
    "Need",
    "Offer",
    "Party",
    "Provider",
    "SystemLeader",
    "Visit",
]
