"""The columns of Ofsted's management information, found by name, whichever words the file's year used for them.

Two layouts have a row a school: report cards (85 columns, from November 2025) and the four judgements with what came before (70
columns). The files of all inspections of a year have a row an inspection instead.
"""

from dataclasses import dataclass

from schools.models import AreaGrade, Concern, Grade, Inspection
from schools.register.layouts import As, Column, Layout

Area, Kind = AreaGrade.Area, Inspection.Kind

REPORT_CARD_GRADES: dict[str, str] = {grade.label.casefold(): grade.value for grade in AreaGrade.REPORT_CARD_GRADES}
FOUR_POINT: dict[str, str] = {
    "1": Grade.OUTSTANDING,
    "2": Grade.GOOD,
    "3": Grade.REQUIRES_IMPROVEMENT,
    "4": Grade.INADEQUATE,
    "0": Grade.NOT_JUDGED,
    "9": Grade.NOT_APPLICABLE,
    **{grade.label.casefold(): grade.value for grade in (Grade.OUTSTANDING, Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)},
    "not judged": Grade.NOT_JUDGED,
    "not applicable": Grade.NOT_APPLICABLE,
}
YES_NO: dict[str, str] = {"yes": Grade.YES, "no": Grade.NO, "0": Grade.NOT_JUDGED, "9": Grade.NOT_APPLICABLE, "not judged": Grade.NOT_JUDGED}
CONCERNS: dict[str, str] = {
    **{concern.value.casefold(): concern.value for concern in Concern},
    **{concern.label.casefold(): concern.value for concern in Concern},
    "none": "",
    "not applicable": "",
}
NOTHING = ("", "NULL")

REPORT_CARD = {
    "Safeguarding standards": Area.SAFEGUARDING_STANDARDS,
    "Inclusion": Area.INCLUSION,
    "Curriculum and teaching": Area.CURRICULUM,
    "Achievement": Area.ACHIEVEMENT,
    "Attendance and behaviour": Area.ATTENDANCE,
    "Personal development and wellbeing": Area.DEVELOPMENT,
    "Early years (where applicable)": Area.EARLY,
    "Post-16 provision (where applicable)": Area.POST_16,
    "Leadership and governance": Area.GOVERNANCE,
}
JUDGEMENTS = {
    "quality of education": Area.QUALITY,
    "behaviour and attitudes": Area.BEHAVIOUR,
    "personal development": Area.PERSONAL,
    "effectiveness of leadership and management": Area.LEADERSHIP,
    "safeguarding is effective?": Area.SAFEGUARDING,
    "early years provision (where applicable)": Area.EARLY_YEARS,
    "sixth form provision (where applicable)": Area.SIXTH_FORM,
    # before September 2019
    "outcomes for children and learners": Area.OUTCOMES,
    "quality of teaching, learning and assessment": Area.TEACHING,
    "personal development, behaviour and welfare": Area.WELFARE,
    "16 to 19 study programmes": Area.SIXTH_FORM,
}
OTHER_WORDS = {  # of the same judgement, in one year's files or another's
    "safeguarding is effective?": ("safeguarding is effective", "is safeguarding effective?"),
    "early years provision (where applicable)": ("early years provision",),
    "sixth form provision (where applicable)": ("sixth form provision",),
    "outcomes for children and learners": ("outcomes for pupils",),
    "16 to 19 study programmes": ("16 to 19 study programmes (where applicable)",),
}
OLD_AREAS = (Area.OUTCOMES, Area.TEACHING, Area.WELFARE)
GIVEN = frozenset([*REPORT_CARD_GRADES, *FOUR_POINT]) - {"0", "9", "not judged", "not applicable"}  # what somebody was graded as


@dataclass(frozen=True)
class Block:
    """The columns of one inspection of a row. ``of`` is what its fields are called in ``Layout.at``; ``back`` one before the latest."""

    of: str
    kind: Inspection.Kind
    back: bool = False


BLOCKS = (Block("card", Kind.REPORT_CARD), Block("graded", Kind.GRADED), Block("ungraded", Kind.UNGRADED), Block("previous", Kind.GRADED, back=True))
OF_EITHER = ("number", "type", "event", "started", "published")
NUMBER = "inspection number"  # the column that a file with a row an inspection has
KNOWN_BY = (
    frozenset({"urn", "overall effectiveness", "inspection start date", "publication date"}),
    frozenset({"urn", "inclusion", "curriculum and teaching", "inspection start date", "publication date"}),
)
OUTCOMES = (
    "Ungraded inspection overall outcome",
    "Outcomes for S8 inspections that did not convert",
    "Outcomes for section 8 inspections that did not convert",
)
STARTED = ("Inspection start date", "Inspection date")


def _variants(name: str) -> tuple[str, ...]:
    """A column's name as files wrote it before September 2022 too."""
    older = name.replace("ungraded", "section 8").replace("Ungraded", "Section 8").replace("graded", "full")
    return tuple(dict.fromkeys((name, older, older.replace("time of the section 8", "time of the latest section 8"))))


def _block(of: str, names: dict[str, str | tuple[str, ...]]) -> list[Column]:
    made = []
    for field, told in names.items():
        every = tuple(variant for name in ((told,) if isinstance(told, str) else told) for variant in _variants(name))
        made.append(Column(f"{of}.{field}", every, As.DATE if field in ("started", "published") else As.TEXT))
    return made


def _at_time(what: str) -> dict[str, str | tuple[str, ...]]:
    return {
        "relates": f"Does the {what} relate to the URN of the current school?",
        "urn": f"URN at time of {'the ' if what.startswith(('ungraded',)) else ''}{what}",
        "laestab": f"LAESTAB at time of {'the ' if what.startswith(('ungraded',)) else ''}{what}",
        "name": f"School name at time of {'the ' if what.startswith(('ungraded',)) else ''}{what}",
        "type_at_time": f"School type at time of {'the ' if what.startswith(('ungraded',)) else ''}{what}",
    }


UNGRADED_COLUMNS = _block(
    "ungraded",
    {
        "number": ("Latest ungraded inspection number", "Latest ungraded inspection number since last graded inspection"),
        "started": "Date of latest ungraded inspection",
        "published": "Ungraded inspection publication date",
        **_at_time("ungraded inspection"),
        "outcome": "Ungraded inspection overall outcome",
    },
)


def columns_for(have: set[str]) -> tuple[Column, ...] | None:
    """The columns we take of a header with these names, in lower case; None when it is no file of inspections."""
    cards = {"inclusion", "curriculum and teaching"} <= have or ("inspection number of latest full inspection" in have and "inclusion" in have)
    older = any(f"{start}{name}" in have for start in ("", "latest oeif ") for name in ("overall effectiveness", "quality of education"))
    if "urn" not in have or not (cards or older):
        return None
    if not any(name.startswith("latest oeif ") for name in have) and not (
        "publication date" in have and any(name.casefold() in have for name in STARTED)
    ):
        return None
    made = [Column("urn", ("URN",), As.NUMBER, required=True), Column("link", ("Web Link (opens in new window)", "Web link"))]
    if NUMBER in have:
        return tuple(made + _one_a_row(have, cards=cards, older=older))
    if cards:
        made += _block(
            "card",
            {
                "number": "Inspection number of latest full inspection",
                "type": "Inspection type",
                "event": "Event type grouping",
                "started": "Inspection start date",
                "published": "Publication date",
                **{field: (name if isinstance(name, str) else name[0]) for field, name in _at_time("latest full inspection").items()},
                "concern": "Category of concern",
            },
        )
        made += _areas_of_card(dated=True)
        prefix, of_latest = "Latest OEIF ", " of latest OEIF graded inspection"
        made += _graded("graded", prefix, of_latest, "latest OEIF graded inspection", have)
        made.append(Column("concern", ("Most recent category of concern",)))
    else:
        made += _graded("graded", "", "", "latest graded inspection", have)
        made += _graded("previous", "Previous ", "", "previous graded inspection", have)
    return tuple(made + UNGRADED_COLUMNS)


def _one_a_row(have: set[str], *, cards: bool, older: bool) -> list[Column]:
    """The columns of a file of all inspections of a year: one inspection a row, and in older ones the one before it.

    In the year in which report cards began a row has the columns of both, and fills those of one.
    """
    names: dict[str, str | tuple[str, ...]] = {
        "number": "Inspection number",
        "type": "Inspection type",
        "event": "Event type grouping",
        "started": STARTED,
        "published": "Publication date",
        "concern": "Category of concern",
    }
    made = _block("card", names) + _areas_of_card(dated=False) if cards else []
    if not older:
        return made
    made += _block("graded", {**names, "overall": "Overall effectiveness"}) + _judgements("graded", "", have)
    made += _block("ungraded", {"outcome": OUTCOMES})
    if "previous inspection number" in have:
        made += [
            Column(
                column.field,
                (*column.names, *(name.replace(cut, "") for name in column.names for cut in ("graded ", "graded inspection "))),
                column.how,
            )
            for column in _graded("previous", "Previous ", "", "previous graded inspection", have)
        ]
    return made


def _areas_of_card(*, dated: bool) -> list[Column]:
    made = []
    for name, area in REPORT_CARD.items():
        bare = name.removesuffix(" (where applicable)").removesuffix(" provision")
        made.append(Column(f"card.area.{area}", (name, name.removesuffix(" (where applicable)"))))
        if dated:
            starts = dict.fromkeys((bare, name.removesuffix(" (where applicable)"), name))
            dates = tuple(f"{start} - date of {word}" for start in starts for word in ("grade", "judgement"))
            made.append(Column(f"card.on.{area}", dates, As.DATE))
    return made


def _graded(of: str, prefix: str, after: str, what: str, have: set[str]) -> list[Column]:
    previous = of == "previous"
    names: dict[str, str | tuple[str, ...]] = {
        "number": "Previous graded inspection number" if previous else f"Inspection number of {what}",
        "started": ("Previous inspection start date", "Previous graded inspection date")
        if previous
        else (f"Inspection start date{after}", *(() if after else STARTED[1:])),
        "published": "Previous publication date" if previous else f"Publication date{after}",
        **_at_time(what),
        "concern": _headed(prefix, "category of concern"),
        "overall": "Previous graded inspection overall effectiveness" if previous else _headed(prefix, "overall effectiveness"),
    }
    if not previous:
        names |= {"type": f"Inspection type{after}", "event": f"Event type grouping{after}"}
    return _block(of, names) + _judgements(of, prefix, have)


def _headed(prefix: str, words: str) -> str:
    name = f"{prefix}{words}"
    return f"{name[:1].upper()}{name[1:]}"


def _judgements(of: str, prefix: str, have: set[str]) -> list[Column]:
    """A column for each judgement; those of before September 2019 only where the file is of that time."""
    made = []
    told: set[str] = set()
    for words, area in JUDGEMENTS.items():
        names = tuple(_headed(prefix, each) for each in (words, *OTHER_WORDS.get(words, ())))
        is_there = any(name.casefold() in have for name in names)
        if area in told or (not is_there and (area in OLD_AREAS or area == Area.SIXTH_FORM)):
            continue
        told.add(area)
        made.append(Column(f"{of}.area.{area}", names))
    return made


def number_at(layout: Layout) -> int | None:
    """Where the number stands that tells a row of a file of all inspections of a year; None in files with a row a school."""
    places = (layout.at.get(f"{of}.number") for of in ("card", "graded"))
    return next((place for place in places if place is not None and layout.header[place].casefold() == NUMBER), None)
