"""Statements of other learning systems as tests tell them."""

from typing import Any

ADL = "http://adlnet.gov/expapi/verbs/"
COURSE = "https://learn.example/courses/basics"
PASSED, COMPLETED, VOIDED = f"{ADL}passed", f"{ADL}completed", f"{ADL}voided"
HEADERS = {"X-Experience-API-Version": "1.0.3"}
STATEMENTS = "/api/xapi/statements"


def told(email: str = "pete@pinewood.example", verb: str = PASSED, about: str = COURSE, **more: Any) -> dict[str, Any]:
    """Return a statement: somebody did something with an activity."""
    return {"actor": {"mbox": f"mailto:{email}"}, "verb": {"id": verb}, "object": {"id": about}, **more}


def taking_back(statement_id: str) -> dict[str, Any]:
    """Return the statement that another one is not true."""
    about = {"objectType": "StatementRef", "id": statement_id}
    return {**told(verb=VOIDED), "object": about}
