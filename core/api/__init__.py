"""What every address under /api/v1 has in common: problems, strict JSON, signed cursors, filters, references, upserts.

An app adds a viewset on `ResourceViewSet` and a serializer on `ResourceSerializer`; the rest is here.
"""
