"""How numbers, money, dates and names are written on pages, in the reader's language."""

import zlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.markdown import render

register = template.Library()

#: Currencies whose sign everybody knows; the others are written by their code.
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
WITHOUT_CENTS = {"JPY", "KRW", "CLP", "VND"}
SIGN_FIRST_LANGUAGES = ("en", "ja", "zh", "ko", "hi")
SIGN_LAST_COUNTRIES = ("en-de",)
AVATAR_COLOURS = 5
NO_BREAK = "\u00a0"
NONE = "–"


# --- numbers ------------------------------------------------------------------------------------------------------


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """Write a number with its groups: 12,400. A dash for None."""
    if value is None or value == "":
        return NONE
    if isinstance(value, Decimal | float) and places is None:
        places = 0 if value == int(value) else 1
    return number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def percent(share: Any, places: int = 0) -> str:
    """Write a share from 0 to 1 as a percentage: 35 %, in English 35%."""
    if share is None:
        return NONE
    space = "" if _sign_first() else NO_BREAK
    return f"{number_format(Decimal(str(share)) * 100, decimal_pos=places, use_l10n=True)}{space}%"


@register.filter
def signed(value: Any, places: int | None = None) -> str:
    """Write a difference with its sign: +0.7, −0.3, 0."""
    if value is None:
        return NONE
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + number(abs(value), places)


@register.filter
def compact(value: Any) -> str:
    """Write a number in its shortest form: 950, 12k, 3.4m."""
    if value is None:
        return NONE
    amount = float(value)
    for size, letter in _sizes(get_language()):
        if abs(amount) >= size * 0.9995:
            short = amount / size
            places = 1 if abs(short) < 10 and round(short, 1) != round(short) else 0
            return f"{number_format(round(short, places), decimal_pos=places, use_l10n=True)}{letter}"
    return number_format(round(amount), use_l10n=True)


@lru_cache
def _sizes(_language: str | None) -> tuple[tuple[float, str], ...]:
    """Return from which size on a letter stands for it, in the reader's language."""
    return (1e9, _("bn")), (1e6, _("m")), (1e3, _("k"))


def _sign_first() -> bool:
    language = get_language() or "en"
    return language not in SIGN_LAST_COUNTRIES and language.split("-")[0] in SIGN_FIRST_LANGUAGES


def _with_currency(figure: str, currency: str) -> str:
    sign = SIGNS.get(currency)
    minus, figure = ("−", figure[1:]) if figure.startswith("-") else ("", figure)
    if _sign_first():
        return f"{minus}{sign}{figure}" if sign else f"{minus}{currency}{NO_BREAK}{figure}"
    return f"{minus}{figure}{NO_BREAK}{sign or currency}"


def _amount_and_currency(value: Any, currency: str) -> tuple[Any, str]:
    """Read a `core.money.Money`, or a bare amount whose currency the template names."""
    if hasattr(value, "amount") and hasattr(value, "currency"):
        return value.amount, value.currency
    return value, currency


@register.filter
def money(value: Any, currency: str = "EUR") -> str:
    """Write an amount in full: €84,000 or €84,000.50."""
    amount, currency = _amount_and_currency(value, currency)
    if amount is None or amount == "":
        return NONE
    amount = Decimal(str(amount))
    places = 0 if currency in WITHOUT_CENTS or amount == amount.to_integral_value() else 2
    return _with_currency(number_format(amount, decimal_pos=places, use_l10n=True, force_grouping=True), currency)


@register.filter
def money_short(value: Any, currency: str = "EUR") -> str:
    """Write an amount in its shortest form: €3.4m."""
    amount, currency = _amount_and_currency(value, currency)
    return NONE if amount is None or amount == "" else _with_currency(compact(amount), currency)


# --- days and moments ---------------------------------------------------------------------------------------------


def _local_date(value: date | datetime) -> date:
    return (
        timezone.localtime(value).date()
        if isinstance(value, datetime) and timezone.is_aware(value)
        else (value.date() if isinstance(value, datetime) else value)
    )


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day: 14 December, with its year unless it is this one."""
    if not value:
        return NONE
    the_day = _local_date(value)
    if the_day.year == timezone.localdate().year:
        return date_format(the_day, "j F" if _in_english() else "MONTH_DAY_FORMAT")
    return date_format(the_day, "j F Y" if _in_english() else "DATE_FORMAT")


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment: 14 December, 4 p.m., with its year unless it is this one."""
    if not value:
        return NONE
    time = date_format(timezone.localtime(value), "TIME_FORMAT")
    return _("%(day)s, %(time)s") % {"day": day(value), "time": time}


def _in_english() -> bool:
    return (get_language() or "en").split("-")[0] == "en"


@register.filter
def due(value: date | datetime | None) -> str:
    """Write a day by its distance, as on a to-do list: 3 days late, Today, Tomorrow, in 5 days, else the day."""
    if not value:
        return ""
    the_day = _local_date(value)
    days = (the_day - timezone.localdate()).days
    if days < 0:
        return ngettext("%(count)s day late", "%(count)s days late", -days) % {"count": number(-days)}
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Tomorrow")
    if days <= 14:
        return ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days}
    return day(the_day)


@register.simple_tag
def when(value: datetime | date | None) -> SafeString | str:
    """Write a moment as people say it (just now, 3 hours ago, 14 December), with the exact time beside it."""
    if not value:
        return NONE
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), day(value))
    age = timezone.now() - value
    if timedelta(0) <= age < timedelta(minutes=1):
        words = _("just now")
    elif timedelta(0) <= age < timedelta(days=7):
        words = _("%(time)s ago") % {"time": timesince(value, depth=1)}
    else:
        words = day(value)
    exact = date_format(timezone.localtime(value), "DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


@register.filter
def duration(value: timedelta | float | None) -> str:
    """Write how long something took: 0.4 s, 12 s, 3 min 20 s, 2 h 5 min. A dash for None."""
    if value is None:
        return NONE
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if seconds < 9.95:
        return _("%(n)s s") % {"n": number(round(seconds, 1))}
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return _("%(n)s s") % {"n": rest}
    if minutes < 60:
        return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


# --- words --------------------------------------------------------------------------------------------------------


@register.simple_tag
def compared(value: Any, bench: Any) -> str:
    """Say in words how a number stands to its benchmark."""
    if value is None:
        return _("Not measured yet")
    if bench is None:
        return _("Not enough partners to compare yet")
    if value == bench:
        return _("At the %(bench)s benchmark") % {"bench": number(bench)}
    sentence = _("Below the %(bench)s benchmark") if value < bench else _("Above the %(bench)s benchmark")
    return sentence % {"bench": number(bench)}


@register.filter
def initials(name: str | None) -> str:
    """Return up to two letters of a name: Quayside Consulting, QC."""
    words = [word for word in str(name or "").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.filter
def colour_of(name: str | None) -> int:
    """Return the number of the avatar colour of a name; the same name always has the same one."""
    return zlib.crc32(str(name or "").encode()) % AVATAR_COLOURS


@register.filter
def page_numbers(page: "Page[Any]") -> list[int | None]:
    """Return the page numbers a pager shows; None stands for the numbers left out."""
    ellipsis = page.paginator.ELLIPSIS
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [None if str(entry) == str(ellipsis) else int(entry) for entry in shown]


# --- texts --------------------------------------------------------------------------------------------------------


@register.filter
def markdown(text: str) -> SafeString:
    """Write Markdown as safe HTML."""
    return render(text)


@register.filter
def markdown_lines(text: str) -> SafeString:
    """Write Markdown as safe HTML in which each line stays a line, as those who write definitions expect."""
    return render(text, keeps_lines=True)
