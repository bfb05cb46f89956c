"""What other learning systems told, on the pages of both sides."""

import pytest

from enablement.models import Course
from tests.counting import queries
from tests.enablement.statements import ADL, COURSE, told
from tests.factories.learning import CourseFactory, CourseProgressFactory, LearningStatementFactory, LessonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

LIST = "/vendor/learning-elsewhere/"
MOST_QUERIES = 12


@pytest.fixture
def course():
    course = CourseFactory(name="Basics", activity_iri=COURSE)
    LessonFactory(course=course)
    return course


@pytest.fixture
def counted(course, pete, ian, now):
    """A statement of Ian's system that completed the course for Pete."""
    CourseProgressFactory(course=course, person=pete.person, completed_at=now)
    return LearningStatementFactory(
        integration=ian, email=pete.email, person=pete.person, course=course, outcome="counted", score="0.92"
    )


def test_before_anything_is_told_the_page_says_how_to_connect(client_of, victor, vera):
    page = client_of(victor).get(LIST)

    for words in (
        "http://localhost:8000/api/xapi/",
        "statements:write",
        "X-Experience-API-Version",
        "/integrations/new/",
    ):
        assert words in page.text
    assert "/integrations/new/" not in client_of(vera).get(LIST).text


def test_each_says_what_became_of_it_and_why(client_of, victor, counted, olga):
    LearningStatementFactory(email="robin@elsewhere.example", outcome="no_person", reason="nobody")
    said = told(verb=f"{ADL}failed") | {"actor": {"mbox": "mailto:o@o.example", "name": "Olga O."}}
    LearningStatementFactory(said=said, verb=f"{ADL}failed", person=olga.person, outcome="nothing", reason="verb")

    page = client_of(victor).get(LIST).text

    for words in ("Pete Pratt", "92", "Counted", "robin@elsewhere.example", "Person not known", "Olga Oss", "failed"):
        assert words in page
    assert "Nobody who works at a partner has this address" in page
    assert "kept as evidence" in page


def test_it_is_narrowed_by_outcome_words_and_course(client_of, victor, counted):
    LearningStatementFactory(email="robin@elsewhere.example", outcome="no_person", reason="nobody")
    client = client_of(victor)

    def found(**asked):
        page = client.get(LIST, asked).text
        return "Pete Pratt" in page, "robin@elsewhere.example" in page

    assert found() == (True, True)
    assert found(outcome="no_person") == (False, True)
    assert found(outcome="nonsense") == (True, True)
    assert found(q="PETE") == found(q="Pinewood") == (True, False)
    assert found(q="robin@") == (False, True)
    assert found(q="learn.example/courses") == (True, True)
    assert found(q="\x00%") == (False, False)
    assert found(course=str(Course.objects.get().public_id)) == (True, False)
    assert found(course="nonsense") == (True, True)


def test_people_see_what_is_about_partners_they_see(client_of, vera, erin, counted, olga):
    of_olga = LearningStatementFactory(person=olga.person, outcome="nothing", reason="verb")
    of_nobody = LearningStatementFactory(email="robin@elsewhere.example", outcome="no_person", reason="nobody")

    page = client_of(vera).get(LIST).text
    assert ("Pete Pratt" in page, "Olga Oss" in page, "robin@" in page) == (True, False, False)
    page = client_of(erin).get(LIST).text
    assert ("Pete Pratt" in page, "Olga Oss" in page, "robin@" in page) == (True, True, False)
    for hidden in (of_olga, of_nobody):
        hidden.refresh_from_db()
        assert client_of(vera).get(f"{LIST}{hidden.public_id}/").status_code == 404


def test_one_is_shown_as_it_was_told_and_nothing_of_it_runs(client_of, victor):
    said = told(result={"response": "<script>alert(1)</script>" + "x" * 1_000_000})
    said["actor"]["name"] = "<b>" + "n" * 1_000
    row = LearningStatementFactory(
        said=said, activity="https://learn.example/<i>", outcome="no_person", reason="nobody"
    )
    row.refresh_from_db()

    page = client_of(victor).get(f"{LIST}{row.public_id}/").text

    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<b>nnn" not in page
    assert "<i>" not in page
    assert len(page) < 200_000
    assert len(client_of(victor).get(LIST).text) < 200_000


@pytest.mark.parametrize(
    "actor",
    [
        {"objectType": "Group", "member": [{"mbox": "mailto:a@b.example"}]},
        {"account": {"homePage": "https://a.example", "name": "a-1"}},
        {"mbox_sha1sum": "a" * 40},
        {"openid": "https://a.example"},
    ],
)
def test_whoever_it_is_about_has_a_name(client_of, victor, actor):
    row = LearningStatementFactory(said=told() | {"actor": actor}, outcome="no_person", reason="not_named")
    row.refresh_from_db()

    for path in (LIST, f"{LIST}{row.public_id}/"):
        assert client_of(victor).get(path).status_code == 200


def test_what_was_taken_back_after_it_counted_is_marked(client_of, victor, counted, now):
    counted.voided_at = now
    counted.save()
    counted.refresh_from_db()

    assert "Taken back since" in client_of(victor).get(LIST).text
    assert "stays completed" in client_of(victor).get(f"{LIST}{counted.public_id}/").text


def test_a_course_says_what_came_from_elsewhere(client_of, victor, counted, course):
    counted.refresh_from_db()
    course.refresh_from_db()

    page = client_of(victor).get(f"/vendor/courses/{course.public_id}/").text

    assert COURSE in page
    assert f"{LIST}?course={course.public_id}" in page
    assert f"{LIST}{counted.public_id}/" in page
    assert "as Ian&#x27;s CRM told" in page


def test_a_partners_page_leads_to_what_was_told_of_its_people(client_of, vera, counted, pinewood):
    pinewood.refresh_from_db()
    address = f"/vendor/partners/{pinewood.public_id}/people/learning/"

    assert f"{LIST}?q=Pinewood" in client_of(vera).get(address).text
    counted.delete()
    assert LIST not in client_of(vera).get(address).text


def test_the_activity_is_entered_in_the_form_of_a_course(client_of, victor, course):
    client = client_of(victor)
    other = LessonFactory(course__name="Other").course
    other.refresh_from_db()
    address = f"/vendor/courses/{other.public_id}/edit/"

    for wrong, words in (("courses/1", "absolute IRI"), ("javascript:alert(1)", "absolute IRI"), (COURSE, "Basics")):
        page = client.post(address, {"name": "Other", "activity_iri": wrong})
        assert (page.status_code, words in page.text, f'value="{wrong}"' in page.text) == (422, True, True)
    assert client.post(address, {"name": "Other", "activity_iri": " urn:isbn:0451450523 "}).status_code == 302
    other.refresh_from_db()
    assert other.activity_iri == "urn:isbn:0451450523"


def test_partners_see_where_they_learned_it(client_of, pete, counted, course):
    course.refresh_from_db()

    page = client_of(pete).get("/partner/learning/").text
    assert "Learned elsewhere, as Ian&#x27;s CRM told us" in page
    page = client_of(pete).get(f"/partner/courses/{course.public_id}/").text
    assert "as Ian&#x27;s CRM told us" in page
    assert "0 of 1" not in page


def test_what_was_learned_here_names_no_source(client_of, pete, course, now):
    CourseProgressFactory(course=course, person=pete.person, completed_at=now)

    assert "Learned elsewhere" not in client_of(pete).get("/partner/learning/").text


def test_an_integration_says_where_to_tell(client_of, victor, ian):
    ian.refresh_from_db()

    page = client_of(victor).get(f"/vendor/integrations/{ian.public_id}/").text
    assert "http://localhost:8000/api/xapi/" in page
    page = client_of(victor).post(f"/vendor/integrations/{ian.public_id}/credentials/add/").text
    assert "http://localhost:8000/api/xapi/" in page
    ian.scopes = ["partners:read"]
    ian.save()
    assert "/api/xapi/" not in client_of(victor).get(f"/vendor/integrations/{ian.public_id}/").text


def test_pages_ask_few_questions(client_of, victor, vera, pete, counted, course):
    for _ in range(5):
        LearningStatementFactory(person=pete.person, outcome="nothing", reason="verb")
    counted.refresh_from_db()
    course.refresh_from_db()

    for user, path in (
        (victor, LIST), (vera, f"{LIST}?q=pete"), (victor, f"{LIST}{counted.public_id}/"),
        (victor, f"/vendor/courses/{course.public_id}/"), (pete, "/partner/learning/"),
        (pete, f"/partner/courses/{course.public_id}/"),
    ):  # fmt: skip
        assert queries(client_of(user), path) <= MOST_QUERIES, path
