"""Secondary managers and leave covers over REST, to read."""

from datetime import date, datetime
from typing import Any

import pytest

from accounts.models import User
from partners.models import Partner
from partners.services import leave_covers, secondary_assignments

pytestmark = pytest.mark.django_db


def test_secondary_managers_are_those_of_visible_partners(
    api_of: Any, client_of: Any, ian: Any, vera: User, vincent: User, paula: User, pinewood: Partner,
    oakhurst: Partner, now: datetime,
) -> None:  # fmt: skip
    secondary_assignments.add(partners=[pinewood], user=vincent, by=None, at=now, reason="Speaks Spanish")
    secondary_assignments.add(partners=[oakhurst], user=vera, by=None, at=now)
    secondary_assignments.end(partners=[oakhurst], user=vera, by=None, at=now)
    address = "/api/v1/secondary-managers"

    rows = api_of(ian).get(f"{address}?is_open=true").json()["data"]
    assert [(row["partner"]["id"], row["user"]["id"], row["reason"], row["ends_at"]) for row in rows] == [
        (str(pinewood.public_id), str(vincent.public_id), "Speaks Spanish", None)
    ]
    assert len(api_of(ian).get(address).json()["data"]) == 2
    assert [row["partner"]["id"] for row in client_of(vera).get(address).json()["data"]] == [str(pinewood.public_id)]
    assert client_of(paula).get(address).status_code == 403


def test_leave_covers_are_ones_own_or_all_for_whoever_assigns(
    api_of: Any, client_of: Any, ian: Any, vera: User, vincent: User, victor: User, paula: User, now: datetime
) -> None:
    days = {"first_on": date(2030, 3, 20), "last_on": date(2030, 3, 29)}
    cover = leave_covers.arrange(user=vincent, stand_in=vera, by=victor, at=now, note="Fair", **days)
    address = "/api/v1/leave-covers"

    (row,) = api_of(ian).get(address).json()["data"]
    assert (row["user"]["id"], row["stand_in"]["id"]) == (str(vincent.public_id), str(vera.public_id))
    assert (row["note"], row["withdrawn_at"]) == ("Fair", None)
    for reader in (vera, vincent, victor):
        assert len(client_of(reader).get(address).json()["data"]) == 1
    leave_covers.withdraw(cover=cover, by=vincent, at=now)
    assert api_of(ian).get(f"{address}?is_withdrawn=false").json()["data"] == []
    assert client_of(paula).get(address).status_code == 403
