"""The tables of the register, one file per thing."""

from schools.models.access import SchoolAccess
from schools.models.bodies import Responsibility, ResponsibleBody
from schools.models.groups import Group, GroupMembership, ToldMembership
from schools.models.imports import DataImport, FieldChange, RegisterSnapshot, RejectedRow
from schools.models.links import SchoolLink
from schools.models.places import AreaProgramme, LocalAuthority, Region, SubRegion
from schools.models.school import RegisterColumn, School
from schools.models.terms import BankHoliday, Term
from schools.models.words import SearchWord

__all__ = [
    "AreaProgramme",
    "BankHoliday",
    "DataImport",
    "FieldChange",
    "Group",
    "GroupMembership",
    "LocalAuthority",
    "Region",
    "RegisterColumn",
    "RegisterSnapshot",
    "RejectedRow",
    "Responsibility",
    "ResponsibleBody",
    "School",
    "SchoolAccess",
    "SchoolLink",
    "SearchWord",
    "SubRegion",
    "Term",
    "ToldMembership",
]
