"""Files that applicants send: after their address is proved, few and small, looked at as any other, theirs alone."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.refusals import Refusal
from partners.models import MessageFile, PartnerApplication
from partners.services import application_limits, application_talk, applications, conversations
from tests.factories.partners import PartnerApplicationFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\nour references"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def waiting(now, vera):
    found = PartnerApplicationFactory(
        name="Quarry Systems", handed_in=True, reviewer=vera, due_at=now + timedelta(hours=3)
    )
    digest = hashlib.sha256(applications.token_of(found).encode()).hexdigest()
    PartnerApplication.objects.filter(pk=found.pk).update(token_digest=digest)
    return found


def pdf(name="references.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def opened(application):
    """Return the browser in which the link in the e-mail was opened."""
    client = Client()
    client.post(reverse("apply-link", args=[applications.token_of(application)]))
    return client


def send(client, *files, text="", key=""):
    key = key or str(client.get(reverse("apply-status")).context["form"]["once_key"].value())
    return client.post(reverse("apply-status"), {"text": text, "once_key": key, "attachments": list(files)})


def test_a_file_reaches_the_reviewer_and_is_fetched_again(waiting, client_of, vera):
    client = opened(waiting)

    assert send(client, pdf()).status_code == 302

    file = MessageFile.objects.get()
    assert (file.file_name, file.file_type) == ("references.pdf", "application/pdf")
    own = client.get(reverse("apply-file", args=[file.public_id]))
    assert b"".join(own.streaming_content) == PDF
    assert own["Content-Disposition"].startswith("attachment")
    theirs = client_of(vera).get(reverse("vendor:message-file", args=[file.public_id]))
    assert b"".join(theirs.streaming_content) == PDF


def test_the_same_form_sent_twice_keeps_one_file(waiting):
    client = opened(waiting)
    key = str(client.get(reverse("apply-status")).context["form"]["once_key"].value())

    for _twice in range(2):
        send(client, pdf(), text="Here", key=key)

    assert MessageFile.objects.count() == 1


def test_a_file_that_is_not_what_it_says_is_refused_and_the_text_stays(waiting):
    page = send(opened(waiting), pdf("run.pdf", b"MZ\x90"), text="Our references")

    assert page.status_code == 422
    assert "not what its name says" in page.text
    assert "Our references" in page.text
    assert not MessageFile.objects.exists()


def test_many_and_large_files_are_refused(waiting, monkeypatch, now):
    monkeypatch.setattr(application_talk, "MAX_FILE_BYTES", 10)
    with pytest.raises(Refusal, match="references.pdf is larger"):
        application_talk.say(application=waiting, at=now, text="", files=[pdf()])
    with pytest.raises(Refusal, match="No more than 5"):
        application_talk.say(application=waiting, at=now, text="", files=[pdf()] * 6)
    monkeypatch.undo()
    monkeypatch.setattr(application_talk, "MOST_FILES_IN_ALL", 2)
    application_talk.say(application=waiting, at=now, text="", files=[pdf(), pdf()])
    with pytest.raises(Refusal, match="more than 2 files in all"):
        application_talk.say(application=waiting, at=now, text="", files=[pdf()])


def test_before_the_address_is_proved_no_file_is_taken(waiting, now):
    waiting.email_proved_at = None

    with pytest.raises(Refusal, match="Open the link"):
        application_talk.say(application=waiting, at=now, text="Hello", files=[pdf()])


def test_files_are_taken_only_so_often(waiting):
    client = opened(waiting)
    for _sent in range(application_limits.PER_ADDRESS[application_limits.Act.FILES]):
        assert send(client, pdf()).status_code == 302

    page = send(client, pdf(), text="One more")

    assert page.status_code == 422
    assert "too many files" in page.text
    assert send(client, text="Words are still taken").status_code == 302


def test_nobody_elses_files_are_sent_nor_those_of_internal_notes(waiting, vera, now):
    other = PartnerApplicationFactory(handed_in=True)
    application_talk.say(application=other, at=now, text="", files=[pdf()])
    thread = conversations.thread_of(subject=waiting, by=vera, at=now)
    conversations.post(thread=thread, by=vera, at=now, text="Looks odd", files=[pdf()], is_internal=True)
    client = opened(waiting)

    for file in MessageFile.objects.all():
        assert client.get(reverse("apply-file", args=[file.public_id])).status_code == 404
        assert Client().get(reverse("apply-file", args=[file.public_id])).status_code == 302


def test_what_the_vendor_sends_is_there_for_the_applicant(waiting, vera, now):
    thread = conversations.thread_of(subject=waiting, by=vera, at=now)
    conversations.post(thread=thread, by=vera, at=now, text="The form", files=[pdf("form.pdf")])
    client = opened(waiting)

    assert "form.pdf" in client.get(reverse("apply-status")).text
    assert client.get(reverse("apply-file", args=[MessageFile.objects.get().public_id])).status_code == 200
