"""The made-up people of the demonstration (``product.md`` section 12), each behind a button on the sign-in page."""

from dataclasses import dataclass

PASSWORD = "demo-only"
DOMAIN = "demo.invalid"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """``account`` is the part of the address before the @, which is also what the button says."""

    account: str
    name: str
    role_label: str
    where: str
    group: str
    does: str

    @property
    def button(self) -> str:
        return f"Sign in as {self.account.replace('_', ' ')}"

    @property
    def email(self) -> str:
        return f"{self.account}@{DOMAIN}"


SCHOOLS = "In a school, trust or local authority"
TEAM = "RISE team, North West"
DEPARTMENT = "Department and assurance"
OTHERS = "Elsewhere"

PEOPLE = (
    DemoPerson(
        "school_leader", "P. Shah", "School leader", "Headteacher, Ashgrove Primary School", SCHOOLS, "Write the plan, answer requests, agree offers"
    ),
    DemoPerson(
        "responsible_body",
        "J. Mbeki",
        "Responsible body",
        "School improvement lead, Elm Trust",
        SCHOOLS,
        "Endorse plans, say what help is in place, offer leaders",
    ),
    DemoPerson(
        "supporting_leader",
        "L. Brandt",
        "Supporting leader",
        "Oakwood Trust, deployed at Ashgrove",
        SCHOOLS,
        "Log visits, see days left, ask for more time",
    ),
    DemoPerson("hub_lead", "K. Li", "Hub lead", "Northbank Hub", SCHOOLS, "Run shared actions and learning links"),
    DemoPerson("adviser", "A. Okafor", "Adviser", "North West, adviser of Ashgrove's case", TEAM, "Triage, sign off plans, find support, review"),
    DemoPerson("delivery_officer", "R. Hale", "Delivery officer", "North West", TEAM, "Keep dates, tasks and notices on time"),
    DemoPerson("regional_director", "M. Reid", "Regional director", "North West", TEAM, "Decide support, matches and money"),
    DemoPerson(
        "second_adviser",
        "D. Lowe",
        "Adviser",
        "North West, with a declared interest in Birchfield High School",
        TEAM,
        "Triage, but not the school of a declared interest",
    ),
    DemoPerson(
        "national_official", "C. Farr", "National official", "All regions, reading only", DEPARTMENT, "Dashboards and reports, all nine regions"
    ),
    DemoPerson("administrator", "N. Price", "Administrator", "Accounts and reference data", DEPARTMENT, "Accounts, imports and reference data"),
    DemoPerson("auditor", "E. Ward", "Auditor", "All history, reading only", DEPARTMENT, "All history, read only"),
    DemoPerson("second_administrator", "S. Quinn", "Administrator", "Releases held imports", DEPARTMENT, "Release an import that was held"),
    DemoPerson("neighbour", "T. Holm", "Adviser", "North East: sees nothing of the North West", OTHERS, "Work the next region, see none of this one"),
    DemoPerson(
        "second_director",
        "B. Noor",
        "Regional director",
        "North East: decides representations from the North West",
        OTHERS,
        "Decide what schools say against a decision",
    ),
    DemoPerson(
        "several_roles",
        "H. Vale",
        "Several roles",
        "Head, adviser and supporting leader in the South West",
        OTHERS,
        "Change between three kinds of work",
    ),
)


def people() -> tuple[DemoPerson, ...]:
    """Everyone with a button."""
    return PEOPLE
