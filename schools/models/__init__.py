"""The tables of the register, one file per thing."""

from schools.models.access import SchoolAccess
from schools.models.bodies import Responsibility, ResponsibleBody
from schools.models.contacts import Contact
from schools.models.groups import Group, GroupMembership, ToldMembership
from schools.models.imports import DataImport, FieldChange, RegisterSnapshot, RejectedRow
from schools.models.inspections import AreaGrade, Concern, Grade, Inspection, InspectionStanding
from schools.models.links import SchoolLink
from schools.models.notes import Note
from schools.models.places import AreaProgramme, LocalAuthority, Region, SubRegion
from schools.models.results import Measure, Result
from schools.models.school import RegisterColumn, School
from schools.models.terms import BankHoliday, Term
from schools.models.words import SearchWord

__all__ = [
    "AreaGrade",
    "AreaProgramme",
    "BankHoliday",
    "Concern",
    "Contact",
    "DataImport",
    "FieldChange",
    "Grade",
    "Group",
    "GroupMembership",
    "Inspection",
    "InspectionStanding",
    "LocalAuthority",
    "Measure",
    "Note",
    "Region",
    "RegisterColumn",
    "RegisterSnapshot",
    "RejectedRow",
    "Responsibility",
    "ResponsibleBody",
    "Result",
    "School",
    "SchoolAccess",
    "SchoolLink",
    "SearchWord",
    "SubRegion",
    "Term",
    "ToldMembership",
]
