"""How often a page asks the database, so that tests can hold it to a number that does not grow with the data."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries(client: Client, address: str) -> int:
    """Return how many statements a page takes when it is opened again.

    The program is left out: a process remembers it for seconds of the real clock, so that it is now read, now not.
    So are savepoints: they are what a test sees of the transaction that a page opens for its own statement.
    """
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return sum('FROM "core_program"' not in one["sql"] and "SAVEPOINT" not in one["sql"] for one in asked)
