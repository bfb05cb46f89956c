"""The choice of records that a measure counts, in groups of which only those of what is measured are shown."""

from typing import Any

from django import forms


class RecordLimits(forms.CheckboxSelectMultiple):
    """Answers in folded groups, one for each field of a kind of records; open where something is chosen.

    With script, groups show whose records the select named `measure` counts (`<record-limits>`).
    """

    template_name = "django/forms/widgets/record_limits.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Say of each group which records it is about, and whether something is chosen in it."""
        context = super().get_context(name, value, attrs)
        context["widget"]["groups"] = [
            {
                "label": label,
                "options": options,
                "records": str(options[0]["value"]).split(":")[0],
                "chosen": sum(option["selected"] for option in options),
            }
            for label, options, _index in context["widget"]["optgroups"]
        ]
        return context
