"""What the OpenAPI says of every operation: its scope, its parameters, and each status it can answer with."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from oauth2_provider.scopes import get_scopes_backend

PROBLEM = "application/problem+json"
ALWAYS = {"401", "403", "406", "429", "500", "503"}
MEANINGS = {
    "400": "The address or the body cannot be read.",
    "401": "No valid token.",
    "403": "The token lacks the scope, or you lack the right.",
    "404": "Nothing there that you may see.",
    "405": "The address does not take this method.",
    "406": "Only JSON is spoken here.",
    "409": "It exists already, its state forbids it, or the same request is being worked on.",
    "412": "The record was changed since you read it.",
    "413": "The body has more than 1 MiB.",
    "415": "The body is not JSON in UTF-8.",
    "422": "One or more fields are wrong.",
    "428": "If-Match is missing.",
    "429": "Too many requests.",
    "500": "Something failed on our side.",
    "503": "Repeat the request after a second.",
}
WRITES = {"400", "404", "413", "415", "422"}


class ResourceSchema(AutoSchema):
    """Describes the operations of resource viewsets."""

    view: Any

    def get_operation_id(self) -> str:
        """Return a short name: partners_list, partners_upsert."""
        return f"{self._resource()}_{self.view.action}".replace("-", "_")

    def get_tags(self) -> list[str]:
        """Group by resource."""
        return [self._resource()]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Print the scope; our own pages may call with their session."""
        scope = self.view.required_scopes.get(self.method, "")
        return [{"oauth2": [scope] if scope else []}]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Add the problems."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        for code in sorted(self._problem_statuses()):
            operation["responses"].setdefault(code, self._problem(code))
        return operation

    def get_override_parameters(self) -> list[Any]:
        """Describe headers and parameters that the common code reads."""
        found = [*super().get_override_parameters(), *COMMON_PARAMETERS.get(self.view.action, [])]
        if self.view.action in {"list", "count"} and "q" in self.view.list_parameters():
            found.append(_query("q", "Words to search for."))
        if self.method == "POST":
            required = self.view.action != "create" or self.view.idempotency_required
            found.append(_header("Idempotency-Key", KEY_DESCRIPTION, required=required))
        return found

    def get_response_serializers(self) -> Any:
        """Describe the count, which has no serializer of the resource."""
        from core.api.serializers import CountSerializer  # noqa: PLC0415 - serializers use the schema's decorators

        return CountSerializer if self.view.action == "count" else super().get_response_serializers()

    def _get_response_bodies(self, *args: Any, **kwargs: Any) -> Any:
        responses = super()._get_response_bodies(*args, **kwargs)
        body = next((responses[code] for code in ("200", "201") if code in responses), None)
        if self.view.action == "upsert" and body:
            responses = {
                "200": {**body, "description": "Changed, unchanged or stale."},
                "201": {**body, "description": "Created."},
            }
        if self.view.action in {"retrieve", "by_external_id"}:
            responses["304"] = {"description": "Still as If-None-Match says."}
        for code, answer in responses.items():
            if self.view.action in WITH_ETAG and code in {"200", "201"}:
                answer["headers"] = HEADERS[self.view.action]
        return responses

    def _problem(self, code: str) -> dict[str, Any]:
        from core.api.serializers import ProblemSerializer  # noqa: PLC0415 - see above

        component = self.resolve_serializer(ProblemSerializer, "response")
        return {"description": MEANINGS[code], "content": {PROBLEM: {"schema": component.ref}}}

    def _problem_statuses(self) -> set[str]:
        statuses = set(ALWAYS) | {"400"}
        if "{" in self.path:
            statuses |= {"404"}
        if self.method in {"POST", "PATCH", "PUT"}:
            statuses |= WRITES | {"409"}
        if self.method == "PATCH":
            statuses |= {"412"}
        if self.view.action == "partial_update":
            statuses |= {"428"}
        return statuses - ({"404"} if self.view.action == "create" else set())

    def _resource(self) -> str:
        return getattr(self.view, "resource", "") or "other"


def _header(name: str, description: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, required=required, description=description)


def _query(name: str, description: str, *, enum: Sequence[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.QUERY, description=description, enum=enum)


ETAG = {"ETag": {"description": "The record's version.", "schema": {"type": "string"}}}
LOCATION = {"Location": {"description": "The record's address.", "schema": {"type": "string"}}}
UPSERT = {
    "Upsert-Result": {
        "description": "What became of it.",
        "schema": {"type": "string", "enum": ["created", "updated", "unchanged", "stale"]},
    }
}
WITH_ETAG = {"retrieve", "by_external_id", "create", "partial_update", "upsert"}
HEADERS = {
    "retrieve": ETAG,
    "by_external_id": ETAG,
    "partial_update": ETAG,
    "create": ETAG | LOCATION,
    "upsert": ETAG | LOCATION | UPSERT,
}
KEY_DESCRIPTION = "1 to 255 visible characters; repeating the request gives the first answer."
FIELDS = _query("fields", "Only these fields, parted by commas.")
IF_NONE_MATCH = _header("If-None-Match", "ETag you have; 304 if it is still that.")
COMMON_PARAMETERS: dict[str, list[OpenApiParameter]] = {
    "list": [_query("sort", "Columns parted by commas; a minus turns one round."), FIELDS],
    "retrieve": [FIELDS, IF_NONE_MATCH],
    "by_external_id": [FIELDS, IF_NONE_MATCH],
    "create": [
        _header("Idempotency-Key", "1 to 255 visible characters; repeating the request gives the first answer.")
    ],
    "partial_update": [_header("If-Match", "ETag you read.", required=True)],
    "upsert": [
        _query("mode", "Refuse to create, or refuse to change.", enum=["update_only", "create_only"]),
        _header("If-Match", "ETag you read."),
    ],
}


def add_security(result: dict[str, Any], generator: Any, **extra: Any) -> dict[str, Any]:
    """Name the one way integrations show who they are, with every scope there is."""
    scopes = {name: str(text) for name, text in get_scopes_backend().get_all_scopes().items()}
    flow = {"tokenUrl": "/o/token", "scopes": scopes}
    result.setdefault("components", {})["securitySchemes"] = {
        "oauth2": {"type": "oauth2", "flows": {"clientCredentials": flow}}
    }
    return result


def sort_components(result: dict[str, Any], generator: Any, **extra: Any) -> dict[str, Any]:
    """Keep the schemas in the order of their names, so that the description is the same every time it is made."""
    schemas = result.get("components", {}).get("schemas", {})
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result
