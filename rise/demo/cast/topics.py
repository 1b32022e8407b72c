"""What schools ask for, plan and measure in the demonstration. All invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """One thing to work on, as a school would say it. ``code`` is its expertise."""

    code: str
    ask: str
    tried: str
    signal: str
    source: str
    words: str
    seen: str
    goal: str
    measure: str
    unit: str
    baseline: str
    target: str
    own_help: str


TOPICS = (
    Topic(
        "attendance",
        "Attendance in two year groups has slipped and we would like a second pair of eyes on how we follow up absence.",
        "Daily calls home, a new attendance lead since September, and meetings with twelve families.",
        "attendance",
        "Absence statistics",
        "attendance, 2 terms",
        "First-day calls are made, but nobody looks at patterns by class. Families speak well of the school. The attendance lead has four hours a week.",
        "Attendance in Years 5 and 6 reaches 95% by July",
        "Weekly attendance, Years 5 and 6",
        "%",
        "91.2",
        "95",
        "Attendance lead, one day a fortnight",
    ),
    Topic(
        "early-reading",
        "We have a new phonics programme and would like help to make daily practice consistent in every class.",
        "Training for all staff in the summer and weekly coaching by our reading lead.",
        "attainment",
        "Key stage results",
        "attainment, 2 years",
        "The programme is taught with care in Reception. In Year 1 groups are large and books do not always match the sounds taught.",
        "Nine in ten pupils reach the phonics standard in Year 1",
        "Phonics screening check, Year 1",
        "%",
        "71",
        "90",
        "Reading lead from a partner school, half a day a week",
    ),
    Topic(
        "maths",
        "Pupils start well in maths and lose ground in Years 3 and 4. We want help to look at why.",
        "A new scheme of work, and lesson visits by our maths lead each half-term.",
        "attainment",
        "Key stage results",
        "attainment, 2 years",
        "Teachers plan together. Number facts are not yet secure, so pupils who join late find it hard to keep up.",
        "Pupils in Year 4 know their times tables",
        "Full marks in the multiplication check",
        "%",
        "24",
        "45",
        "Maths lead, one day a week",
    ),
    Topic(
        "send",
        "More of our pupils have plans than two years ago and our teachers would like help with adapting lessons.",
        "A new SENCO, termly training, and a visit to a school nearby.",
        "inspection",
        "Inspection report",
        "inspection report",
        "Relationships are warm. Support is strong one to one; in whole-class teaching the adaptations are uneven.",
        "Every class teacher adapts lessons from the pupil's own plan",
        "Classes where adaptations were seen in all of three visits",
        "classes",
        "4 of 14",
        "14 of 14",
        "Educational psychologist, two days a term",
    ),
    Topic(
        "behaviour",
        "We would like help to settle routines at lunch and between lessons, after a year with many new staff.",
        "A shorter behaviour policy, and senior staff on corridors.",
        "other",
        "Conversation with the chair",
        "many new staff since September",
        "Lessons are calm. Most incidents happen in two places at two times of day, which the school had not mapped.",
        "Incidents outside lessons fall by half",
        "Recorded incidents outside lessons, each half-term",
        "incidents",
        "86",
        "43",
        "None yet",
    ),
    Topic(
        "single-central-record",
        "We would like a practised eye on our single central record before the new term.",
        "Our office manager went on a course in May.",
        "body_asked",
        "Letter from the trust",
        "new office team",
        "Checks are made. Six entries had gaps, four of them for volunteers, and only one person knows how to keep it.",
        "The single central record is complete and checked monthly",
        "Gaps found at the monthly check",
        "gaps",
        "6",
        "0",
        "Maths lead, one day a week",
    ),
    Topic(
        "leadership",
        "Three of our five senior leaders are new. We would like an experienced head to talk to.",
        "A weekly meeting with a clear agenda, and a mentor for one deputy.",
        "inspection",
        "Inspection report",
        "new senior team",
        "The head sets a clear direction. Subject leaders are not sure what is theirs to decide.",
        "Every subject leader has a plan they wrote and review each half-term",
        "Subject leaders with a reviewed plan",
        "leaders",
        "3 of 11",
        "11 of 11",
        "Executive head, one day a week",
    ),
    Topic(
        "curriculum",
        "We want to look at how our curriculum builds from year to year in history and geography.",
        "Two subject leaders rewrote their plans with a partner school.",
        "other",
        "Adviser's conversation",
        "curriculum under review",
        "Plans are thoughtful. Pupils remember the stories and find it hard to say how they fit together.",
        "Pupils can say how what they learn now builds on last year",
        "Pupils who can explain it when asked",
        "of 20",
        "7",
        "16",
        "Subject leaders meet twice a term",
    ),
)
