"""The file of links: which school came before or after which. A link to a school we do not hold keeps its number."""

from schools.register.pairs import PairMerge, dated


class LinkMerge(PairMerge):
    table = "schools_schoollink"
    keys = ("school_id", "other_urn", "kind")
    told = ("other_name", "established")
    analyzed = ("school_id", "other_urn")

    def title_of(self, alias: str) -> str:
        return f"'Link: ' || {alias}.kind"

    def words_of(self, alias: str) -> str:
        return f"trim({alias}.other_urn || ' ' || {alias}.other_name) || {dated(f'{alias}.established')}"

    def doubts(self) -> list[dict[str, object]]:
        return self.example_urns(
            "linked to itself, kept and never followed", "LinkURN", "SELECT school_id FROM register_told WHERE school_id = other_urn ORDER BY 1"
        )
