"""How criteria name scores: `score` is the main scorecard's, `score.<scorecard>` any one's, and below it its parts."""

#: The field of the main score. No metric may measure a score: scores that follow each other would never come to rest.
OWN_FIELD = "score"
#: With what the keys of single scorecards' scores begin.
BEGINNING = f"{OWN_FIELD}."


def section_field(scorecard: str, section: str) -> str:
    """Return the field of a section's points."""
    return f"{BEGINNING}{scorecard}.section.{section}"


def metric_field(scorecard: str, metric: str) -> str:
    """Return the field of a metric's points."""
    return f"{BEGINNING}{scorecard}.{metric}"


def is_score(field: str) -> bool:
    """Whether a field is a score, or part of one."""
    return field == OWN_FIELD or field.startswith(BEGINNING)


def scorecard_of(field: str) -> str:
    """Return the key of the scorecard whose score a field is; nothing for the main one."""
    return field.removeprefix(OWN_FIELD).removeprefix(".").partition(".")[0]
