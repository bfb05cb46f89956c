"""Records the whole house shares."""

from core.models.base import DefinitionVersion, Record, TranslatedVersion, VersionState
from core.models.external_ids import ExternalId, Source
from core.models.outbox import Heartbeat, OutboxMessage
from core.models.program import CurrencyRate, Program
from core.models.publishing import Publishable, PublishState, ShownForAWhile
from core.models.requests import IdempotencyKey

__all__ = [
    "CurrencyRate",
    "DefinitionVersion",
    "ExternalId",
    "Heartbeat",
    "IdempotencyKey",
    "OutboxMessage",
    "Program",
    "PublishState",
    "Publishable",
    "Record",
    "ShownForAWhile",
    "Source",
    "TranslatedVersion",
    "VersionState",
]
