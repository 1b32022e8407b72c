"""Which column of which file of results is which measure. The measures themselves are rows, entered by a migration."""

from dataclasses import dataclass

from schools.register.layouts import Column


@dataclass(frozen=True)
class Fact:
    """A measure and where a family of files has it: its columns by any of their names, and the subject its row must be of."""

    measure: str
    names: tuple[str, ...]
    lower: tuple[str, ...] = ()
    upper: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    in_words: bool = False


@dataclass(frozen=True)
class Family:
    """Files of one publication. ``wide``: a row a school, no year in it; else a row says its year, version and group of pupils."""

    name: str
    knows: tuple[frozenset[str], ...]  # a header that has all of one of these is of this family
    facts: tuple[Fact, ...]
    wide: bool = False
    version_in_name: bool = False

    @property
    def urn(self) -> tuple[str, ...]:
        return ("URN",) if self.wide else ("school_urn", "urn")

    def columns(self) -> tuple[Column, ...]:
        """What we take of such a file, the school's number first. ``fact.0``, ``lower.0``, ``upper.0`` are those of its first fact."""
        made = [Column("urn", self.urn, required=True)]
        if self.wide:
            made += [Column(field, (name,), quiet=True) for field, name in (("rectype", "RECTYPE"), ("la", "LA"))]
        else:
            made.append(Column("period", ("time_period",), required=True))
            made += [
                Column(name, (name, *OTHER_NAMES.get(name, ())), quiet=True)
                for name in ("geographic_level", "time_identifier", "version", *SUBJECT, *BREAKDOWNS)
            ]
        for n, fact in enumerate(self.facts):
            made.append(Column(f"fact.{n}", fact.names))
            made += [Column(f"{end}.{n}", names) for end, names in (("lower", fact.lower), ("upper", fact.upper)) if names]
        return tuple(made)


SUBJECT = ("subject",)
BREAKDOWNS = (
    "breakdown_topic", "breakdown", "sex", "disadvantage_status", "first_language", "prior_attainment", "mobility", "free_school_meals", "sen_status",
    "sen_provision", "sen_primary_need", "ethnicity_major", "ethnicity_minor", "characteristic_group", "characteristic",
)  # fmt: skip
OTHER_NAMES = {"sex": ("gender",), "disadvantage_status": ("disadvantage",), "free_school_meals": ("fsm_status",), "ethnicity_major": ("ethnicity",)}

READING, WRITING, MATHS = ("reading",), ("writing",), ("maths", "mathematics")
TOGETHER = ("reading, writing and maths", "reading, writing and mathematics", "reading, writing and maths (combined)", "rwm")
SPELLING = ("grammar, punctuation and spelling", "gps")


def _ks2(subjects: tuple[str, ...], expected: str, higher: str = "", score: str = "", progress: str = "") -> list[Fact]:
    made = [Fact(expected, ("expected_standard_pupil_percent",), subjects=subjects)]
    if higher:
        made.append(Fact(higher, ("higher_standard_pupil_percent",), subjects=subjects))
    if score:
        made.append(Fact(score, ("average_scaled_score",), subjects=subjects))
    if progress:
        ends = ("progress_measure_lower_conf_interval",), ("progress_measure_upper_conf_interval",)
        made.append(Fact(progress, ("progress_measure_score",), *ends, subjects=subjects))
    return made


FAMILIES = (
    Family(
        "key stage 2 performance tables",
        (frozenset({"rectype", "urn", "ptrwm_exp"}),),
        (
            Fact("ks2_pupils", ("TELIG",)),
            Fact("ks2_disadvantaged", ("PTFSM6CLA1A",)),
            Fact("ks2_rwm_expected", ("PTRWM_EXP",)),
            Fact("ks2_rwm_higher", ("PTRWM_HIGH",)),
            Fact("ks2_reading_expected", ("PTREAD_EXP",)),
            Fact("ks2_writing_expected", ("PTWRITTA_EXP",)),
            Fact("ks2_maths_expected", ("PTMAT_EXP",)),
            Fact("ks2_reading_score", ("READ_AVERAGE",)),
            Fact("ks2_maths_score", ("MAT_AVERAGE",)),
            Fact("ks2_gps_score", ("GPS_AVERAGE",)),
            Fact("ks2_reading_progress", ("READPROG",), ("READPROG_LOWER",), ("READPROG_UPPER",)),
            Fact("ks2_writing_progress", ("WRITPROG",), ("WRITPROG_LOWER",), ("WRITPROG_UPPER",)),
            Fact("ks2_maths_progress", ("MATPROG",), ("MATPROG_LOWER",), ("MATPROG_UPPER",)),
        ),
        wide=True,
        version_in_name=True,
    ),
    Family(
        "key stage 4 performance tables",
        (frozenset({"rectype", "urn", "att8scr"}),),
        (
            Fact("ks4_pupils", ("TPUP",)),
            Fact("ks4_disadvantaged", ("PTFSM6CLA1A",)),
            Fact("ks4_attainment8", ("ATT8SCR",)),
            Fact("ks4_progress8", ("P8MEA",), ("P8CILOW",), ("P8CIUPP",)),
            Fact("ks4_progress8_banding", ("P8_BANDING",), in_words=True),
            Fact("ks4_basics5", ("PTL2BASICS_95",)),
            Fact("ks4_basics4", ("PTL2BASICS_94",)),
            Fact("ks4_ebacc_entry", ("PTEBACC_E_PTQ_EE",)),
            Fact("ks4_ebacc_points", ("EBACCAPS",)),
        ),
        wide=True,
        version_in_name=True,
    ),
    Family(
        "absence, in the layout of the performance tables",
        (frozenset({"urn", "perctot"}),),
        (Fact("absence_overall", ("PERCTOT",)), Fact("absence_persistent", ("PPERSABS10",))),
        wide=True,
    ),
    Family(
        "key stage 2 attainment by school",
        (frozenset({"school_urn", "time_period", "subject", "expected_standard_pupil_percent"}),),
        (
            *_ks2(TOGETHER, "ks2_rwm_expected", "ks2_rwm_higher"),
            *_ks2(READING, "ks2_reading_expected", score="ks2_reading_score", progress="ks2_reading_progress"),
            *_ks2(WRITING, "ks2_writing_expected", progress="ks2_writing_progress"),
            *_ks2(MATHS, "ks2_maths_expected", score="ks2_maths_score", progress="ks2_maths_progress"),
            Fact("ks2_gps_score", ("average_scaled_score",), subjects=SPELLING),
        ),
    ),
    Family(
        "key stage 2 information about schools",
        (frozenset({"school_urn", "time_period", "telig"}),),
        (Fact("ks2_pupils", ("telig",)), Fact("ks2_disadvantaged", ("ptfsm6cla1a",))),
    ),
    Family(
        "key stage 4 performance by school",
        (frozenset({"school_urn", "time_period", "attainment8_average"}), frozenset({"school_urn", "time_period", "avg_att8"})),
        (
            Fact("ks4_pupils", ("pupil_count", "t_pupils")),
            Fact("ks4_attainment8", ("attainment8_average", "avg_att8")),
            Fact(
                "ks4_progress8",
                ("progress8_average", "avg_p8score"),
                ("progress8_lower_95_ci", "p8score_ci_low"),
                ("progress8_upper_95_ci", "p8score_ci_upp"),
            ),
            Fact("ks4_basics5", ("engmath_95_percent", "pt_l2basics_95")),
            Fact("ks4_basics4", ("engmath_94_percent", "pt_l2basics_94")),
            Fact("ks4_ebacc_entry", ("ebacc_entering_percent", "pt_ebacc_e_ptq_ee", "pt_ebacc_e")),
            Fact("ks4_ebacc_points", ("ebacc_aps_average", "avg_ebaccaps")),
        ),
    ),
    Family(
        "key stage 4 information about schools",
        (
            frozenset({"school_urn", "time_period", "endks4_pupil_count"}),
            frozenset({"school_urn", "time_period", "t_allks_pupils", "p8_banding"}),
        ),
        (
            Fact("ks4_pupils", ("endks4_pupil_count", "t_pupils")),
            Fact("ks4_disadvantaged", ("pt_disadvantaged",)),
            Fact("ks4_progress8_banding", ("progress8_banding", "p8_banding"), in_words=True),
        ),
    ),
    Family(
        "absence by school",
        (frozenset({"school_urn", "time_period", "sess_overall_percent"}),),
        (
            Fact("absence_pupils", ("enrolments",)),
            Fact("absence_overall", ("sess_overall_percent",)),
            Fact("absence_persistent", ("enrolments_pa_10_exact_percent", "enrolments_pa10_exact_percent")),
            Fact("absence_severe", ("enrolments_pa_50_exact_percent", "enrolments_pa50_exact_percent")),
        ),
    ),
)


def family_of(have: set[str]) -> Family | None:
    """The publication that a header with these names, in lower case, is of."""
    if "time_period" in have and "urn" in have:
        have = have | {"school_urn"}
    return next((family for family in FAMILIES if any(names <= have for names in family.knows)), None)
