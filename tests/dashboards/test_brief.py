"""The brief of a school: one sheet of A4 in the words of its page, tagged, and nothing on it that the reader may not see."""

import io

from django.db import transaction
from pypdf import PdfReader

from improvement_plans.models import ImprovementPlan
from rise import paper
from rise.audit import trail
from rise.paper import Part, Sheet
from support.models import ExistingSupport
from tests.browse import read
from tests.dashboards.conftest import fullest_school
from tests.dashboards.contacts import EMAIL, PHONE, of_school
from tests.factories.support import decision_at
from tests.files import pdf_words

DANGEROUS = '#read("/etc/passwd") = *bold* _it_ $x$ @here <there> `raw` // gone \\ #panic()'


def sheet_of(content):
    return PdfReader(io.BytesIO(content))


def tags_of(part):
    """Every tag of a PDF's structure, in reading order."""
    part = part.get_object()
    found = [part["/S"]] if "/S" in part else []
    below = part.get("/K", [])
    for one in below if isinstance(below, list) else [below]:
        inner = one.get_object()
        if isinstance(inner, dict):
            found += tags_of(inner)
    return found


def test_brief_says_what_the_page_says_and_nothing_for_the_team_only(work, events, school, head, adviser, director, client_of):
    text = read(client_of(head), f"/schools/{school.pk}/brief/")
    assert "Getting enhanced support since" in text
    assert "Information may have changed." in text
    assert "SECRETSOURCE" not in text
    assert f'href="/schools/{school.pk}/brief/"' in read(client_of(head), f"/schools/{school.pk}/")
    assert "SECRETSOURCE" in read(client_of(adviser), f"/schools/{school.pk}/timeline/")
    decision_at("proposed", school=school, outcome="intervention", statutory_ground="A notice", proposed_by=adviser, decided_by=director)
    assert "Decide on intervention" in read(client_of(adviser), f"/schools/{school.pk}/")
    brief = read(client_of(adviser), f"/schools/{school.pk}/brief/")  # paper is left lying about
    assert "SECRETSOURCE" not in brief
    assert "Decide on intervention" not in brief


def test_brief_of_the_fullest_school_is_one_sheet_of_a4_in_11_point(client_of, db):
    school, head = fullest_school()
    response = client_of(head).get(f"/schools/{school.pk}/brief/")
    pages, sizes = sheet_of(response.content).pages, []
    pages[0].extract_text(visitor_text=lambda text, cm, tm, font, size: sizes.append(size * tm[0]) if text.strip() else None)
    assert len(pages) == 1
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]
    assert min(sizes) >= 11
    assert "more on the school's page" in pdf_words(response)
    assert "Information may have changed." in pdf_words(response)
    assert len(response.content) < 300_000
    assert response["Content-Disposition"].startswith(f'attachment; filename="brief-{school.urn}-the-blessed-margaret')


def test_line_breaks_and_long_words_never_make_a_second_sheet(client_of, db):
    school, head = fullest_school()
    in_lines = "Low.\r\n\r\nFell.\r\n\r\n1. One\r\n2. Two\r\n" * 9
    school.responsible_body.name = "The Academies Trust of the Northern Valleys, Hills and Further Fells"
    school.responsible_body.save()
    ExistingSupport.objects.update(given_by="T" * 120)
    plan = ImprovementPlan.objects.get(case__school=school)
    for one in plan.in_force.content["objectives"]:
        one.update(goal=in_lines, baseline="nine tenths of all pupils in every year " * 2, target="every pupil of each year, by Easter " * 2)
    plan.in_force.save()
    with transaction.atomic():
        for _ in range(6):
            trail.record("decision.inform", school, by=head, school=school.pk, outcome="enhanced support", proposed_by="A. Adviser", reasons=in_lines)
    response = client_of(head).get(f"/schools/{school.pk}/brief/")
    assert len(sheet_of(response.content).pages) == 1
    assert "Information may have changed." in pdf_words(response)


def test_brief_is_tagged_with_its_title_language_and_headings(work, school, head, client_of):
    made = sheet_of(client_of(head).get(f"/schools/{school.pk}/brief/").content)
    root = made.trailer["/Root"]
    assert (made.metadata.title, root["/Lang"]) == (f"Brief: {school.name}", "en-GB")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    tags = tags_of(root["/StructTreeRoot"])
    assert [tag for tag in tags if tag.startswith("/H")] == ["/H1", "/H2", "/H2", "/H2", "/H2"]
    assert {"/L", "/LI"} <= set(tags)


def test_what_people_wrote_is_never_the_source_of_a_sheet():
    sheet = Sheet(
        title=DANGEROUS, lead=DANGEROUS, notes=[DANGEROUS], parts=[Part(heading="Part", lines=[(DANGEROUS, DANGEROUS)], none="")], foot=DANGEROUS
    )
    words = " ".join(sheet_of(paper.pdf(sheet)).pages[0].extract_text().split())
    assert words.count('#read("/etc/passwd") = *bold* _it_ $x$ @here <there> `raw` // gone') == 6
    assert "root:" not in words


def test_letters_that_no_font_can_draw_cost_no_sheet():
    made = sheet_of(paper.pdf(Sheet(title="St Mary’s \N{GRINNING FACE} \u6f22", lead="Ysgol Llanfair-ym-Muallt, Ŵyl")))
    assert "Ysgol Llanfair-ym-Muallt, Ŵyl" in made.pages[0].extract_text()


def test_the_brief_names_the_head_and_the_chair(school, officer, head, client_of):
    of_school(school, officer)
    of_school(school, officer, role="interim_head", name="I. Interim", phone="")
    of_school(school, officer, role="other", name="C. Clerk", job_title="Clerk")
    text = pdf_words(client_of(head).get(f"/schools/{school.pk}/brief/"))
    assert f"Whom to call: I. Interim, Interim headteacher, {EMAIL}; J. Cole, Chair of governors, {PHONE}." in text
    assert "C. Clerk" not in text
