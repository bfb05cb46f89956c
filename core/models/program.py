"""The vendor's program: one row of settings, and its fixed currency table."""

import time
from decimal import Decimal
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models.base import Record

REMEMBERED_SECONDS = 5
_remembered: dict[type, tuple[float, models.Model]] = {}


def validate_zone(name: str) -> None:
    """Refuse what is not the name of a time zone."""
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone of this name."), code="invalid")


LANGUAGE_CODE = RegexValidator(
    r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", _("Give the code of a language, such as de or pt-BR.")
)


def validate_languages(listed: Any) -> None:
    """Refuse what is no list of languages, each with a code and a name, each once."""
    codes = []
    for one in listed if isinstance(listed, list) else [None]:
        if not isinstance(one, dict) or set(one) != {"code", "name"} or not str(one["name"]).strip():
            raise ValidationError(_("Give each language a code and a name."), code="invalid")
        LANGUAGE_CODE(one["code"])
        codes.append(one["code"])
    if len(codes) != len(set(codes)):
        raise ValidationError(_("Each language stands in the list once."), code="invalid")


CURRENCY_CODE = RegexValidator(r"\A[A-Z]{3}\Z", _("Give the three letters of a currency, such as USD."))


@tracked()
class Program(Record):
    """The program everybody in this installation works in. There is exactly one row."""

    name = models.CharField(_("vendor name"), max_length=120, default="Vendor")
    hub_name = models.CharField(_("portal name"), max_length=120, default="Partner Hub")
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[CURRENCY_CODE])
    fiscal_year_start_month = models.PositiveSmallIntegerField(
        _("fiscal year starts in month"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )

    language = models.CharField(_("language of definitions"), max_length=35, default="en", validators=[LANGUAGE_CODE])
    languages = models.JSONField(
        _("further languages of definitions"), default=list, blank=True, validators=[validate_languages]
    )
    shows_glossary = models.BooleanField(_("glossary open to everybody"), default=False)

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="program_single_row"),
            models.CheckConstraint(
                condition=models.Q(fiscal_year_start_month__range=(1, 12)),
                name="program_fiscal_month",
            ),
        ]

    def __str__(self) -> str:
        return self.hub_name

    @classmethod
    def current(cls) -> Self:
        """Return the program, made with its defaults at first use.

        Every page asks for it and it changes once in years, so a process remembers it for a few seconds.
        """
        remembered = _remembered.get(cls)
        if remembered is None or time.monotonic() - remembered[0] > REMEMBERED_SECONDS:
            found = cls.objects.filter(pk=1).first() or cls.objects.get_or_create(pk=1)[0]
            remembered = _remembered[cls] = (time.monotonic(), found)
        return remembered[1]  # type: ignore[return-value]

    @classmethod
    def forget(cls, **_: object) -> None:
        """Read the program anew when it is next asked for."""
        _remembered.clear()

    @property
    def further_languages(self) -> dict[str, str]:
        """The languages that definitions are translated into: names by code, in the order of the setting."""
        return {one["code"]: one["name"] for one in self.languages if one["code"] != self.language}

    @property
    def zone(self) -> ZoneInfo:
        """The program's time zone, in which its days begin."""
        return ZoneInfo(self.timezone)


models.signals.post_save.connect(Program.forget, sender=Program)


@tracked()
class CurrencyRate(Record):
    """What one unit of a currency is worth in the program's currency, from a day on."""

    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY_CODE])
    starts_on = models.DateField(_("from"))
    rate = models.DecimalField(
        _("rate"), max_digits=18, decimal_places=8, validators=[MinValueValidator(Decimal("0.00000001"))]
    )

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["currency", "starts_on"], name="currency_rate_once"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="currency_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.starts_on}"
