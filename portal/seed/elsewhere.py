"""Connects a learning system at Lumen, which tells through the same service as its door what people learned there."""

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from accounts.models import User
from accounts.services import integrations
from enablement.models import Course
from enablement.services import courses, statements
from partners.models import Person
from portal.seed.lumen import elsewhere as lumen

LIFE = timedelta(days=300)


def write(key: str, people: list[Person], *, by: User, at: datetime) -> None:
    """Make the integration, say by which name it calls a course, and let it tell."""
    if key != "it":
        return
    source = integrations.register_source(key="academy", label=lumen.SYSTEM, by=by)
    academy, _secret = integrations.create(
        name=lumen.SYSTEM, source=source, scopes=["statements:read", "statements:write"], expires_at=at + LIFE,
        owner=by, by=by, at=at,
    )  # fmt: skip
    course = Course.objects.get(key=lumen.COURSE)
    courses.update(course=course, by=by, at=at, changes={"activity_iri": lumen.ACTIVITY})
    for days, place, verb, activity, result in lumen.TOLD:
        person = people[place] if place is not None else None
        name, email = (person.name, person.email) if person else lumen.STRANGER
        moment = at - timedelta(days=days)
        said: dict[str, Any] = {
            "id": str(uuid5(NAMESPACE_URL, f"{activity} {verb} {days} {email}")),
            "actor": {"objectType": "Agent", "name": name, "mbox": f"mailto:{email}"},
            "verb": {"id": f"{lumen.VERBS}{verb}", "display": {"en": verb}},
            "object": {"objectType": "Activity", "id": activity},
            "timestamp": (moment - timedelta(minutes=5)).isoformat(),
        }
        statements.receive(integration=academy, said=[said | ({"result": result} if result else {})], at=moment)
