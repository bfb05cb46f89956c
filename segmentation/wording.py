"""Criteria and formulas in the reader's words."""

from django.utils.formats import date_format
from django.utils.translation import gettext

from criteria.fields import Catalog
from criteria.sentence import Speaker


def speaker(catalog: Catalog) -> Speaker:
    """Return who puts criteria into the language of whoever reads now, with days in their format."""
    return Speaker(catalog, gettext, date_format)
