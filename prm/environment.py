"""Typed readers of the environment. A missing or odd value stops the start with a sentence on how to mend it."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """Return the variable; without a default it must be set."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. Set it in the environment; README.md lists what it means.")
    return value


def flag(name: str, default: bool) -> bool:
    """Return a yes/no variable."""
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}. Set it to 1 or 0.")


def number(name: str, default: int) -> int:
    """Return a whole number."""
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set it to a whole number.") from None


def items(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without empty parts."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def separate_origin(name: str, *, beside: str) -> str:
    """Return the origin of strangers' scripts, which must not be that of the portal; locally it has a default.

    `*.localhost` is this machine in today's browsers, and cookies of `localhost` do not go there.
    """
    portal = urlsplit(beside)
    value = os.environ.get(name, "").rstrip("/")
    if not value:
        return beside.replace("//localhost", "//packages.localhost", 1) if portal.hostname == "localhost" else ""
    url = urlsplit(value)
    if not url.hostname or url.path or url.query or url.scheme not in {"http", "https"}:
        raise ImproperlyConfigured(
            f"{name} is {value!r}. Set it to an origin: https://packages.example, without a path."
        )
    if url.hostname == portal.hostname:
        raise ImproperlyConfigured(f"{name} must have another host name than PUBLIC_URL: cookies do not mind ports.")
    if portal.scheme == "https" and url.scheme != "https":
        raise ImproperlyConfigured(f"{name} must begin with https:// when PUBLIC_URL does.")
    return value


def database(name: str, default: str) -> dict[str, object]:
    """Return Django's database settings from `postgresql://user:password@host:port/name?host=/socket/folder`."""
    url = urlsplit(text(name, default))
    if url.scheme not in {"postgresql", "postgres"} or not url.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must read postgresql://user:password@host:port/database.")
    options = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", url.hostname or ""),
        "PORT": str(url.port or options.pop("port", "")),
        "OPTIONS": options,
    }


def celery_broker(redis_url: str) -> str:
    """Return Celery's name for a Redis URL: a unix socket is spelled differently there."""
    url = urlsplit(redis_url)
    if url.scheme == "unix":
        database_number = dict(parse_qsl(url.query)).get("db", "0")
        return f"redis+socket://{url.path}?virtual_host={database_number}"
    if url.scheme in {"redis", "rediss"}:
        return redis_url
    raise ImproperlyConfigured("REDIS_URL must begin with redis://, rediss:// or unix://.")
