"""What Lumen's academy, a learning system of its own, tells of people at partners."""

from typing import Any

SYSTEM = "Lumen Academy"
COURSE = "selling-lumen"
ACTIVITY = "https://academy.lumen.example/courses/selling-lumen"
OTHER = "https://academy.lumen.example/courses/negotiating"
VERBS = "http://adlnet.gov/expapi/verbs/"
#: Somebody the academy knows and we do not.
STRANGER = ("Robin Okafor", "robin.okafor@freelance.example")

#: How many days ago; the place of the person among those who learn, or nobody we know; verb, activity and result.
TOLD: tuple[tuple[int, int | None, str, str, dict[str, Any]], ...] = (
    (41, 5, "passed", ACTIVITY, {"score": {"scaled": 0.92}, "success": True, "completion": True}),
    (30, 7, "attempted", ACTIVITY, {}),
    (29, 7, "failed", ACTIVITY, {"score": {"scaled": 0.48}, "success": False}),
    (22, 7, "passed", ACTIVITY, {"score": {"scaled": 0.81}, "success": True}),
    (18, 3, "completed", OTHER, {"completion": True}),
    (12, None, "passed", ACTIVITY, {"score": {"scaled": 0.77}, "success": True}),
    (9, 0, "completed", ACTIVITY, {"completion": True}),
    (2, 11, "progressed", ACTIVITY, {"extensions": {"https://w3id.org/xapi/cmi5/result/extensions/progress": 40}}),
)
