"""Packages found by search: by the vendor themselves, by partners as lessons of courses they see."""

import pytest

from portal.queries.search import search
from tests.factories.learning import CourseFactory, LessonFactory, PackageFactory

pytestmark = pytest.mark.django_db


def found(text, user):
    return {hit.title: hit.url for group in search(text=text, user=user) for hit in group.hits}


def test_packages_are_found_by_whoever_sees_the_course(victor, pete, gold, classify, pinewood):
    course = CourseFactory(audience=gold)
    package = PackageFactory(name="Safety at heights")
    LessonFactory(course=course, package=package, body="", title="Before you climb")

    assert list(found("heights", victor)) == ["Safety at heights"]
    assert found("heights", pete) == {}

    classify(pinewood, gold)
    assert found("heights", pete) == {"Before you climb": f"/partner/courses/{course.public_id}/"}


def test_a_package_that_no_course_uses_is_for_the_vendor_alone(victor, pete):
    PackageFactory(name="Half ready")

    assert list(found("half ready", victor)) == ["Half ready"]
    assert found("half ready", pete) == {}
