"""Badges: a page for the world, a credential that another library verifies, keys that are made once."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import RSAKey

from enablement.models import Badge
from enablement.services import certifications, credentials
from tests.factories.learning import BadgeFactory, CertificationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _key_file(settings, tmp_path):
    settings.BADGE_KEY_FILE = tmp_path / "keys" / "badge.pem"


@pytest.fixture
def badge(pete, victor, now) -> Badge:
    """Pete's badge, valid for two years."""
    held = certifications.record(
        person=pete.person,
        certification=CertificationFactory(key="cloud", name="Cloud", summary="Can run it.", valid_months=24),
        earned_on=now.date(),
        by=victor,
        at=now,
    )
    return held.badge


def ask(client, badge, accept):
    return client.get(f"/badges/{badge.token}/", headers={"Accept": accept})


def key_of(client, token):
    kid = jws.extract_compact(token.encode()).headers()["kid"]
    return RSAKey.import_key(client.get(kid.removeprefix("http://localhost:8000")).json())


def test_another_library_verifies_the_credential(client, badge, now):
    token = ask(client, badge, "application/vc+jwt").text

    claims = jwt.decode(token, key_of(client, token), algorithms=["RS256"]).claims

    assert claims["iss"] == claims["issuer"]["id"] == "http://localhost:8000/badges/issuer/"
    assert claims["jti"] == claims["id"]
    assert claims["nbf"] == int(now.replace(hour=0).timestamp())
    assert claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert claims["credentialSubject"]["achievement"]["name"] == "Cloud"
    assert claims["credentialSubject"]["identifier"][0]["identityHash"] == "Pete Pratt"
    assert "pete@pinewood.example" not in json.dumps(claims)


def test_a_credential_that_was_tampered_with_does_not_verify(client, badge):
    token = ask(client, badge, "application/vc+jwt").text
    head, body, signature = token.split(".")

    with pytest.raises(BadSignatureError):
        jwt.decode(f"{head}.{body[:-4]}AAAA.{signature}", key_of(client, token), algorithms=["RS256"])


def test_the_same_address_answers_people_and_programs(client, badge):
    page = ask(client, badge, "text/html,application/xhtml+xml,*/*;q=0.8")
    document = ask(client, badge, "application/json")
    linked = ask(client, badge, "application/ld+json")

    assert "Pete Pratt" in page.text
    assert page["Content-Type"].startswith("text/html")
    assert document.json() == linked.json() == json.loads(json.dumps(credentials.document(badge)))
    assert "Accept" in document["Vary"]
    assert page["X-Robots-Tag"] == "noindex"


def test_expired_and_revoked_badges_say_so(client, badge, victor, now):
    status = f"/badges/{badge.token}/status/"
    assert client.get(status).json()["revokedCredential"] == []
    badge.held.expires_on = now.date() + timedelta(days=0)
    badge.held.earned_on = now.date() - timedelta(days=30)
    badge.held.save()
    assert "Expired" in ask(client, badge, "text/html").text

    certifications.revoke(held=badge.held, by=victor, at=now, reason="Somebody else's.")

    assert "Revoked" in ask(client, badge, "text/html").text
    assert "Somebody else" not in ask(client, badge, "text/html").text
    assert client.get(status).json()["revokedCredential"][0]["id"] == credentials.address_of(badge)


def test_what_is_no_badge_is_not_found(client):
    BadgeFactory()

    for address in ("/badges/guess/", "/badges/guess/status/", "/badges/guess/credential/", "/badges/keys/none/"):
        assert client.get(address).status_code == 404


def test_the_key_is_made_once_and_read_by_us_alone(settings):
    first = credentials.keys()[0].thumbprint()
    credentials._read.cache_clear()

    assert credentials.keys()[0].thumbprint() == first
    assert settings.BADGE_KEY_FILE.stat().st_mode & 0o077 == 0
    assert "d" not in (credentials.public_key(first) or {})


def test_older_keys_stay_published(client, badge, settings):
    token = ask(client, badge, "application/vc+jwt").text
    old = settings.BADGE_KEY_FILE.read_bytes()
    settings.BADGE_KEY_FILE = settings.BADGE_KEY_FILE.with_name("new.pem")
    credentials.keys()
    settings.BADGE_KEY_FILE.write_bytes(settings.BADGE_KEY_FILE.read_bytes() + b"\n" + old)
    credentials._read.cache_clear()

    assert jwt.decode(token, key_of(client, token), algorithms=["RS256"]).claims["name"] == "Cloud"
    assert len(credentials.keys()) == 2


def test_a_file_that_is_no_key_is_said_to_be_none(settings):
    settings.BADGE_KEY_FILE.parent.mkdir()
    settings.BADGE_KEY_FILE.write_text("no key")
    credentials._read.cache_clear()

    with pytest.raises(ImproperlyConfigured, match="RSA"):
        credentials.keys()
