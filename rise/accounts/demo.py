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

    @property
    def email(self) -> str:
        return f"{self.account}@{DOMAIN}"


PEOPLE = (
    DemoPerson("school_leader", "P. Shah", "School leader", "Headteacher, Ashgrove Primary School"),
    DemoPerson("responsible_body", "J. Mbeki", "Responsible body", "School improvement lead, Elm Trust"),
    DemoPerson("adviser", "A. Okafor", "Adviser", "North West, adviser of Ashgrove's case"),
    DemoPerson("delivery_officer", "R. Hale", "Delivery officer", "North West"),
    DemoPerson("regional_director", "M. Reid", "Regional director", "North West"),
    DemoPerson("supporting_leader", "L. Brandt", "Supporting leader", "Oakwood Trust, deployed at Ashgrove"),
    DemoPerson("hub_lead", "K. Li", "Hub lead", "Northbank Hub"),
    DemoPerson("national_official", "C. Farr", "National official", "All regions, reading only"),
    DemoPerson("administrator", "N. Price", "Administrator", "Accounts and reference data"),
    DemoPerson("auditor", "E. Ward", "Auditor", "All history, reading only"),
    DemoPerson("neighbour", "T. Holm", "Adviser", "North East: sees nothing of the North West"),
    DemoPerson("second_adviser", "D. Lowe", "Adviser", "North West, with a declared interest in Birchfield High School"),
    DemoPerson("second_director", "B. Noor", "Regional director", "North East: decides representations from the North West"),
    DemoPerson("second_administrator", "S. Quinn", "Administrator", "Releases held imports"),
    DemoPerson("several_roles", "H. Vale", "Several roles", "Head, adviser and supporting leader in the South West"),
)


def people() -> tuple[DemoPerson, ...]:
    """Everyone with a button."""
    return PEOPLE
