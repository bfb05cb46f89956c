"""The floor every app stands on: abstract records, audit trail, money, outbox, the API's common parts."""
