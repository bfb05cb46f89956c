"""The Statement Resource of xAPI 1.0.3: what it takes, what it refuses and how, what it gives back to whom."""

import base64
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.services import integrations
from core.services import outbox
from enablement.models import CourseProgress, LearningStatement
from tests.enablement.statements import ADL, COURSE, HEADERS, PASSED, STATEMENTS, VOIDED, taking_back, told
from tests.factories.accounts import IntegrationFactory, bearer_token
from tests.factories.core import SourceFactory
from tests.factories.learning import CourseFactory, LessonFactory

pytestmark = pytest.mark.django_db
ONE, TWO = "0188b3a0-0000-4000-8000-00000000000a", "0188b3a0-0000-4000-8000-00000000000b"


class System:
    """Another system, with the header it must send."""

    def __init__(self, client):
        self.client = client

    def __getattr__(self, method):
        def call(path=STATEMENTS, body=None, *, headers=HEADERS, **more):
            kind = {"format": "json"} if body is not None and "content_type" not in more else {}
            return getattr(self.client, method)(path, body, headers=headers, **kind, **more)

        return call


@pytest.fixture
def lms(now, ian, api_of):
    return System(api_of(ian))


def one(statement_id=ONE):
    return f"{STATEMENTS}?statementId={statement_id}"


# --- told


def test_one_statement_gets_an_id_and_is_given_back_as_it_came(lms, ian, now):
    said = told(result={"score": {"scaled": 0.9}, "extensions": {"https://x.example/a": {"deep": [1, None, "ü"]}}})

    answer = lms.post(body=said)

    assert (answer.status_code, answer["X-Experience-API-Version"]) == (200, "1.0.3")
    (known,) = answer.json()
    back = lms.get(one(known))
    assert back.status_code == 200
    assert back["Last-Modified"] == "Mon, 18 Mar 2030 10:00:00 GMT"
    assert back["X-Experience-API-Consistent-Through"]
    assert back.json() == {
        **said,
        "id": known,
        "version": "1.0.0",
        "timestamp": "2030-03-18T10:00:00Z",
        "stored": "2030-03-18T10:00:00Z",
        "authority": {
            "objectType": "Agent",
            "name": "Ian's CRM",
            "account": {"homePage": "http://localhost:8000", "name": str(type(ian).objects.get().public_id)},
        },
    }


def test_many_are_told_at_once_all_or_none(lms):
    assert lms.post(body=[told(id=ONE), told()]).json()[0] == ONE
    assert LearningStatement.objects.count() == 2

    refused = lms.post(body=[told(), told(verb="passed")])

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/1/verb/id"
    assert LearningStatement.objects.count() == 2
    assert lms.post(body=[]).json() == []


def test_a_statement_is_put_under_its_id(lms):
    assert lms.put(one(ONE.upper()), told()).status_code == 204
    assert lms.put(one(), told(id=ONE.upper())).status_code == 204
    assert lms.get(one()).json()["id"] == ONE
    assert LearningStatement.objects.count() == 1


SAME = {
    "the same again": told(id=ONE),
    "the id in capitals": told(id=ONE.upper()),
    "with what the receiver sets": told(id=ONE, version="1.0.1", stored="2030-01-01T00:00:00Z"),
    "with other words for the verb": {**told(id=ONE), "verb": {"id": PASSED, "display": {"en": "passed"}}},
    "with a description": {**told(id=ONE), "object": {"id": COURSE, "definition": {"name": {"en": "Basics"}}}},
}


@pytest.mark.parametrize("said", SAME.values(), ids=list(SAME))
def test_the_same_again_changes_nothing(lms, said):
    first = lms.post(body=told(id=ONE))

    assert (first.status_code, lms.post(body=said).json(), lms.put(one(), said).status_code) == (200, [ONE], 204)
    assert LearningStatement.objects.get().said == told(id=ONE)


@pytest.mark.parametrize(
    "changed", [told("olga@oakhurst.example"), told(verb=VOIDED[:-6] + "failed"), told(about="x:y")]
)
def test_another_statement_of_this_id_is_refused(lms, changed):
    lms.put(one(), told())

    answers = [lms.put(one(), changed), lms.post(body=[told(), {**changed, "id": ONE}])]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[1].json()["code"] == "statement_conflict"
    assert answers[1].json()["errors"][0]["pointer"] == "/1/id"
    assert LearningStatement.objects.count() == 1


def test_the_same_moment_in_another_zone_is_the_same(lms):
    lms.put(one(), told(timestamp="2030-03-01T12:00:00+02:00"))

    assert lms.put(one(), told(timestamp="2030-03-01T10:00:00.000Z")).status_code == 204
    assert lms.put(one(), told(timestamp="2030-03-01T10:00:01Z")).status_code == 409


# --- refused


def without(name):
    return {key: value for key, value in told().items() if key != name}


def acting(**actor):
    return {**told(), "actor": actor}


def about(**thing):
    return {**told(), "object": thing}


MALFORMED = {
    "no object": ("text", ""),
    "a number": (7, ""),
    "empty": ({}, "/actor"),
    "no actor": (without("actor"), "/actor"),
    "no verb": (without("verb"), "/verb"),
    "no thing": (without("object"), "/object"),
    "unknown property": (told(mood="good"), "/mood"),
    "null": (told(result=None), "/result"),
    "id no uuid": (told(id="one"), "/id"),
    "id a number": (told(id=1), "/id"),
    "actor a text": ({**told(), "actor": "pete"}, "/actor"),
    "actor unknown kind": (acting(objectType="Robot", mbox="mailto:a@b.example"), "/actor/objectType"),
    "actor kind a list": (acting(objectType=[], mbox="mailto:a@b.example"), "/actor/objectType"),
    "actor nobody": (acting(name="Pete"), "/actor"),
    "actor told twice": (acting(mbox="mailto:a@b.example", openid="https://a.example"), "/actor"),
    "mbox without mailto": (acting(mbox="a@b.example"), "/actor/mbox"),
    "mbox much too long": (acting(mbox=f"mailto:{'a' * 100_000}@b.example"), "/actor/mbox"),
    "sha1 too short": (acting(mbox_sha1sum="abc"), "/actor/mbox_sha1sum"),
    "account without name": (acting(account={"homePage": "https://a.example"}), "/actor/account/name"),
    "account at javascript": (
        acting(account={"homePage": "javascript:alert(1)", "name": "x"}), "/actor/account/homePage"
    ),
    "account name empty": (acting(account={"homePage": "https://a.example", "name": ""}), "/actor/account/name"),
    "group without members": (acting(objectType="Group"), "/actor"),
    "verb a text": ({**told(), "verb": PASSED}, "/verb"),
    "verb no iri": (told(verb="passed"), "/verb/id"),
    "verb javascript": (told(verb="javascript:alert(1)"), "/verb/id"),
    "verb too long": (told(verb=f"https://a.example/{'x' * 2000}"), "/verb/id"),
    "language no tag": ({**told(), "verb": {"id": PASSED, "display": {"in_english": "x"}}}, "/verb/display/in_english"),
    "thing without id": (about(objectType="Activity"), "/object/id"),
    "thing of unknown kind": (about(objectType="Planet", id=COURSE), "/object/objectType"),
    "thing with a relative id": (about(id="courses/1"), "/object/id"),
    "score above one": (told(result={"score": {"scaled": 1.01}}), "/result/score/scaled"),
    "score a text": (told(result={"score": {"raw": "10"}}), "/result/score/raw"),
    "score a truth": (told(result={"score": {"raw": True}}), "/result/score/raw"),
    "least above most": (told(result={"score": {"min": 2, "max": 1}}), "/result/score/min"),
    "raw above most": (told(result={"score": {"raw": 2, "max": 1}}), "/result/score/raw"),
    "success a text": (told(result={"success": "true"}), "/result/success"),
    "duration no duration": (told(result={"duration": "an hour"}), "/result/duration"),
    "extension without iri": (told(result={"extensions": {"mood": 1}}), "/result/extensions/mood"),
    "registration no uuid": (told(context={"registration": "x"}), "/context/registration"),
    "team an agent": (told(context={"team": {"mbox": "mailto:a@b.example"}}), "/context/team/objectType"),
    "timestamp a day": (told(timestamp="2030-03-18"), "/timestamp"),
    "timestamp no day": (told(timestamp="2030-02-30T00:00:00Z"), "/timestamp"),
    "timestamp minus nothing": (told(timestamp="2030-02-20T00:00:00-00:00"), "/timestamp"),
    "timestamp before computers": (told(timestamp="0001-01-01T00:00:00Z"), "/timestamp"),
    "timestamp beyond the calendar": (told(timestamp="9999-12-31T23:59:59-12:00"), "/timestamp"),
    "timestamp in the future": (told(timestamp="2031-01-01T00:00:00Z"), "/timestamp"),
    "version another": (told(version="2.0"), "/version"),
    "attachment without address": (
        told(attachments=[{"usageType": "x:y", "display": {}, "contentType": "a/b", "length": 1, "sha2": "x"}]),
        "/attachments/0/fileUrl",
    ),
    "voided is no statement": (told(verb=VOIDED), "/object"),
    "statement in a statement in a statement": (
        about(**told(), objectType="SubStatement") | {
            "object": {**told(), "objectType": "SubStatement", "object": {**told(), "objectType": "SubStatement"}}
        },
        "/object/object",
    ),
    "platform of no activity": (
        {**told(context={"platform": "x"}), "object": {"objectType": "Agent", "mbox": "mailto:a@b.example"}},
        "/context/platform",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("said", "pointer"), MALFORMED.values(), ids=list(MALFORMED))
def test_what_is_no_statement_is_refused_with_its_place(lms, now, said, pointer):
    answer = lms.post(body=said)

    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] == "invalid_statement"
    (error,) = answer.json()["errors"]
    assert (error["pointer"], bool(error["detail"])) == (pointer, True)
    assert not LearningStatement.objects.exists()


def nested(depth):
    return b'{"a":' * depth + b"1" + b"}" * depth


UNREADABLE = {
    "nothing": (b"", 400, "invalid_statement"),
    "no json": (b"{", 400, "malformed_json"),
    "nested deeply": (nested(100_000), 400, "malformed_json"),
    "nested a little too deeply": (nested(21), 400, "malformed_json"),
    "nul": (b'{"actor": "a\\u0000b"}', 400, "malformed_json"),
    "half of a pair": (b'{"actor": "\\ud800"}', 400, "malformed_json"),
    "a key twice": (b'{"id": 1, "id": 2}', 400, "malformed_json"),
    "not a number": (b'{"id": NaN}', 400, "malformed_json"),
    "more than a mebibyte": (b'"' + b"x" * 1024 * 1024 + b'"', 413, "too_large"),
    "too many": (b"[" + b",".join([b"{}"] * 501) + b"]", 413, "too_large"),
}


@pytest.mark.parametrize(("body", "status", "code"), UNREADABLE.values(), ids=list(UNREADABLE))
def test_what_cannot_be_read_is_refused(lms, body, status, code):
    answer = lms.client.generic("POST", STATEMENTS, body, content_type="application/json", headers=HEADERS)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["X-Experience-API-Version"] == "1.0.3"


def test_a_million_characters_are_a_text_like_any_other(lms):
    said = told(result={"response": "ü" * 400_000, "score": {"raw": 1e300, "max": 1e301}})

    assert lms.put(one(), said).status_code == 204
    assert lms.put(one(), said).status_code == 204
    assert lms.get(one()).json()["result"]["response"] == "ü" * 400_000


def test_attachments_are_refused_in_words(lms):
    body = b"--x\r\nContent-Type: application/json\r\n\r\n{}\r\n--x--"

    answer = lms.client.generic("POST", STATEMENTS, body, content_type="multipart/mixed; boundary=x", headers=HEADERS)

    assert answer.status_code == 400
    assert "fileUrl" in answer.json()["detail"]


def test_other_kinds_of_content_are_refused(lms):
    answer = lms.client.generic("POST", STATEMENTS, b"a=b", content_type="text/plain", headers=HEADERS)

    assert answer.status_code == 415


@pytest.mark.parametrize("version", [None, "", "2.0.0", "0.95", "1.1", "1.0.x"])
def test_the_version_must_be_named(lms, version):
    headers = {} if version is None else {"X-Experience-API-Version": version}

    answer = lms.get(STATEMENTS, headers=headers)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["header"] == "X-Experience-API-Version"
    assert answer["X-Experience-API-Version"] == "1.0.3"


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.3", "1.0.9"])
def test_every_version_one_is_understood(lms, version):
    assert lms.get(STATEMENTS, headers={"X-Experience-API-Version": version}).status_code == 200


PARAMETERS = [
    ("put", STATEMENTS, "statementId"),
    ("put", one("one"), "statementId"),
    ("put", f"{one()}&x=1", "x"),
    ("post", one(), "statementId"),
    ("get", one("one"), "statementId"),
    ("get", f"{one()}&voidedStatementId={TWO}", "voidedStatementId"),
    ("get", f"{one()}&limit=1", "limit"),
    ("get", f"{one()}&attachments=true", "attachments"),
    ("get", f"{STATEMENTS}?format=ids", "format"),
    ("get", f"{STATEMENTS}?unknown=1", "unknown"),
    ("get", f"{STATEMENTS}?limit=-1", "limit"),
    ("get", f"{STATEMENTS}?limit=many", "limit"),
    ("get", f"{STATEMENTS}?since=yesterday", "since"),
    ("get", f"{STATEMENTS}?until=2030-01-01", "until"),
    ("get", f"{STATEMENTS}?ascending=yes", "ascending"),
    ("get", f"{STATEMENTS}?agent=pete", "agent"),
    ("get", f'{STATEMENTS}?agent={{"openid":"https://pete.example"}}', "agent"),
    ("get", f"{STATEMENTS}?related_agents=true", "related_agents"),
]


@pytest.mark.parametrize(("method", "path", "name"), PARAMETERS)
def test_wrong_parameters_are_named(lms, method, path, name):
    answer = getattr(lms, method)(path, None if method == "get" else told())

    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == [name]


def test_the_id_in_a_statement_is_the_one_in_its_address(lms):
    answer = lms.put(one(), told(id=TWO))

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/id")


def test_a_request_names_each_id_once(lms):
    answer = lms.post(body=[told(id=ONE), told(id=ONE.upper())])

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/1/id")


def test_what_takes_back_is_not_taken_back(lms):
    lms.post(body=[told(id=ONE), {**taking_back(ONE), "id": TWO}])

    answers = lms.post(body=taking_back(TWO)), lms.post(body=[{**taking_back(ONE), "id": ONE}])

    assert [answer.status_code for answer in answers] == [400, 400]


@pytest.mark.parametrize("method", ["delete", "patch"])
def test_nothing_is_changed_or_removed(lms, method):
    assert getattr(lms, method)(STATEMENTS).status_code == 405


# --- given back


def test_a_list_is_the_newest_first_page_by_page(lms, ian, now):
    ids = [lms.post(body=told(f"p{number}@pinewood.example")).json()[0] for number in range(5)]

    found, path = [], f"{STATEMENTS}?limit=2&verb={PASSED}"
    while path:
        answer = lms.get(path).json()
        found.append([one["id"] for one in answer["statements"]])
        path = answer["more"]

    assert found == [ids[:2:-1], ids[2:0:-1], ids[:1]]
    assert [one["id"] for one in lms.get(f"{STATEMENTS}?ascending=true").json()["statements"]] == ids
    assert lms.get(f"{STATEMENTS}?cursor=made-up").json()["code"] == "invalid_cursor"


def test_a_list_is_narrowed(lms, now):
    lms.post(body=told(id=ONE, context={"registration": TWO}))
    with time_machine.travel(now + timedelta(minutes=45), tick=False):
        other = lms.post(body=told("olga@oakhurst.example", verb=f"{ADL}failed", about="x:other")).json()[0]

    def found(**asked):
        answer = lms.get(STATEMENTS, asked)
        assert answer.status_code == 200, answer.content
        return [one["id"] for one in answer.json()["statements"]]

    assert found(since="2030-03-18T10:00:00Z") == [other]
    assert found(until="2030-03-18T11:30:00+01:00") == [ONE]
    assert found(verb=f"{ADL}failed") == [other]
    assert found(activity=COURSE) == [ONE]
    assert found(registration=TWO) == [ONE]
    assert found(agent='{"mbox": "mailto:OLGA@oakhurst.example"}') == [other]


def test_voided_statements_are_given_back_as_such_only(lms):
    lms.post(body=[told(id=ONE), told()])
    taken = lms.post(body=taking_back(ONE)).json()[0]

    assert lms.get(one()).status_code == 404
    assert lms.get(f"{STATEMENTS}?voidedStatementId={ONE}").json()["id"] == ONE
    assert lms.get(f"{STATEMENTS}?voidedStatementId={taken}").status_code == 404
    assert ONE not in [one["id"] for one in lms.get().json()["statements"]]


def test_a_system_reads_its_own_statements_only(lms, api_of, victor):
    lms.put(one(), told())
    stranger = System(api_of(IntegrationFactory(owner=victor)))

    assert stranger.get(one()).status_code == 404
    assert stranger.get().json() == {"statements": [], "more": ""}
    assert stranger.put(one(), told(verb=f"{ADL}failed")).status_code == 204
    assert lms.get(one()).json()["verb"]["id"] == PASSED


def test_what_is_spoken_is_told_to_everybody(client):
    answer = client.get("/api/xapi/about")

    assert (answer.status_code, answer.json()) == (200, {"version": ["1.0.3"]})
    assert answer["X-Experience-API-Version"] == "1.0.3"


def test_other_resources_of_the_standard_are_not_here(lms):
    assert lms.get("/api/xapi/activities/state").status_code == 404


# --- who may


@pytest.mark.parametrize(("method", "scope"), [("get", "statements:read"), ("post", "statements:write")])
def test_each_direction_has_its_scope(api_of, victor, method, scope):
    other = {"statements:read": "statements:write", "statements:write": "statements:read"}[scope]
    body = None if method == "get" else told()

    refused = getattr(System(api_of(IntegrationFactory(owner=victor, scopes=[other]))), method)(body=body)
    allowed = getattr(System(api_of(IntegrationFactory(owner=victor, scopes=[scope]))), method)(body=body)

    assert (refused.status_code, refused.json()["code"], allowed.status_code) == (403, "insufficient_scope", 200)


def test_people_do_not_speak_here(client_of, victor, vera):
    assert client_of(vera).get(STATEMENTS, headers=HEADERS).status_code == 403
    answer = client_of(victor).post(STATEMENTS, told(), content_type="application/json", headers=HEADERS)
    assert answer.status_code == 403
    assert "integration" in answer.json()["detail"]


@pytest.fixture
def secret(victor):
    at = timezone.now()
    return integrations.create(
        name="LMS", source=SourceFactory(key="lms"), scopes=["statements:read", "statements:write"], owner=victor,
        by=victor, at=at, expires_at=at + timedelta(days=30),
    )[1]  # fmt: skip


def shown(client_id, client_secret):
    pair = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
    return HEADERS | {"Authorization": f"Basic {pair}"}


def test_a_secret_is_enough(client: Client, secret):
    right = shown(secret.client_id, secret.client_secret)

    for _ in range(2):
        answer = client.post(STATEMENTS, told(id=ONE), content_type="application/json", headers=right)
        assert answer.status_code == 200, answer.content
    assert LearningStatement.objects.get().integration == secret.credential.integration
    assert client.get("/api/v1/partners", headers=right).status_code == 401


@pytest.mark.parametrize(
    "pair", [("nobody", "x"), ("", ""), ("\x00", "x"), ("ü", "ü"), (None, "wrong"), (None, ""), (None, "\x00")]
)
def test_a_wrong_secret_is_refused(client: Client, secret, pair):
    headers = shown(secret.client_id if pair[0] is None else pair[0], pair[1])

    assert client.get(STATEMENTS, headers=headers).status_code == 401


@pytest.mark.parametrize("value", ["Basic", "Basic ", "Basic !!!", "Basic bm9jb2xvbg==", "Basic /////w=="])
def test_what_is_no_secret_is_refused(client: Client, value):
    assert client.get(STATEMENTS, headers=HEADERS | {"Authorization": value}).status_code == 401


def test_a_removed_secret_and_an_ended_integration_are_refused_at_once(client: Client, secret, victor):
    right = shown(secret.client_id, secret.client_secret)
    integration = secret.credential.integration
    second = integrations.add_credential(integration=integration, by=victor, at=timezone.now())
    newer = shown(second.client_id, second.client_secret)
    assert [client.get(STATEMENTS, headers=one).status_code for one in (right, newer)] == [200, 200]

    integrations.remove_credential(credential=secret.credential, by=victor, at=timezone.now())
    assert [client.get(STATEMENTS, headers=one).status_code for one in (right, newer)] == [401, 200]

    integrations.revoke(integration=integration, by=victor, at=timezone.now())
    assert client.get(STATEMENTS, headers=newer).status_code == 401


def test_wrong_secrets_are_tried_a_few_times_only(client: Client, secret, settings):
    wrong = shown(secret.client_id, "wrong")

    statuses = [client.get(STATEMENTS, headers=wrong).status_code for _ in range(settings.SIGN_IN_ATTEMPTS + 1)]

    assert statuses == [401] * settings.SIGN_IN_ATTEMPTS + [429]
    refused = client.get(STATEMENTS, headers=shown(secret.client_id, secret.client_secret))
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 60


def test_secrets_do_not_travel_in_the_open(client: Client, secret, settings):
    settings.SECURE = True

    assert client.get(STATEMENTS, headers=shown(secret.client_id, secret.client_secret)).status_code == 403


# --- at once


@pytest.mark.django_db(transaction=True)
def test_the_same_told_twice_at_once_is_told_once(ian, pete):
    LessonFactory(course=CourseFactory(activity_iri=COURSE))
    token = bearer_token(ian)
    said = [told(id=ONE), told(id=TWO, verb=f"{ADL}attempted")]
    gate = threading.Barrier(4)
    statuses = []

    def tell(order):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        gate.wait(30)
        statuses.append(client.post(STATEMENTS, order, format="json", headers=HEADERS).status_code)
        while outbox.deliver_one(at=timezone.now() + timedelta(minutes=1)):
            pass
        connections.close_all()

    threads = [threading.Thread(target=tell, args=(order,)) for order in (said, said[::-1]) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert statuses == [200] * 4
    assert LearningStatement.objects.count() == 2
    assert CourseProgress.objects.get().completed_at is not None
    assert LearningStatement.objects.get(statement_id=ONE).outcome == "counted"
