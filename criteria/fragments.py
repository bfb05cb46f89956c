"""Small pieces of SQL that predicates, figures and explanations share."""

from criteria.fields import Kind
from criteria.tree import CriteriaError, Problem

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


def day_of(moment: str) -> str:
    """Return the day of a moment in the program's time zone."""
    return f"({moment} AT TIME ZONE %(zone)s)::date"


def distance_km(place: str, latitude: str, longitude: str) -> str:
    """Return the great-circle distance in kilometres of a `point(longitude, latitude)` from a place, by haversine."""
    half_lat = f"sin(radians(({place})[1] - {latitude}) / 2)"
    half_lon = f"sin(radians(({place})[0] - {longitude}) / 2)"
    chord = f"{half_lat} ^ 2 + cos(radians({latitude})) * cos(radians(({place})[1])) * {half_lon} ^ 2"
    return f"(2 * {EARTH_RADIUS_KM} * asin(least(1, sqrt({chord}))))"


def is_empty(subject: str, kind: Kind) -> str:
    """Return the condition that nothing is filled in."""
    if kind is Kind.TEXT or kind is Kind.CHOICE:
        return f"(coalesce({subject}::text, '') = '')"
    if kind is Kind.MULTI:
        return f"(coalesce(cardinality({subject}), 0) = 0)"
    return f"({subject} IS NULL)"


def like(value: str) -> str:
    """Return a text in which nothing is a wildcard."""
    return value.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def settled(number: str) -> str:
    """Return a number that divisions are in, as it is compared: rounded to six places.

    `numeric` cuts quotients off after sixteen digits or so: three thirds of ten points would be a little less than ten.
    """
    return f"round(({number})::numeric, 6)"


def unusable(message: str) -> CriteriaError:
    """Return the error of criteria that were sound once, and cannot be run as things are now."""
    return CriteriaError([Problem("", "unusable", message)])
