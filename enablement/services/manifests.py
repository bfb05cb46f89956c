"""Reads what a package says of itself: `imsmanifest.xml`, of SCORM 1.2 and 2004. Knows no database.

Elements are known by their local names: programs that write packages use a dozen spellings of the same namespaces.
"""

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree
from django.utils.translation import gettext as _

from core.refusals import Refusal
from enablement.models import Standard

NAME = "imsmanifest.xml"
MAX_BYTES = 1024 * 1024
MAX_ITEMS = 200
MAX_TITLE_LENGTH = 200
MAX_ID_LENGTH = 255
MAX_LAUNCH_DATA = 4096


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be launched. `mastery` is the share from which it is passed, when the package says one."""

    key: str
    title: str
    href: str
    mastery: float | None = None
    launch_data: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "key": self.key,
            "title": self.title,
            "href": self.href,
            "mastery": self.mastery,
            "launch_data": self.launch_data,
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package says of itself."""

    standard: Standard
    title: str
    items: tuple[Item, ...]


def read(data: bytes, *, files: Collection[str]) -> Manifest:
    """Return what a manifest says. `files` are the names in the archive. Raises Refusal with what to do."""
    root = _parsed(data)
    standard = _standard(root)
    resources = _resources(root)
    organization = _organization(root)
    found: list[Item] = []
    for element in _all(organization, "item") if organization is not None else ():
        resource = resources.get(element.get("identifierref", ""))
        if resource is not None and resource.get("href"):
            found.append(_item(element, resource, standard, files))
    if not found:
        found = [_lonely(one, files) for one in resources.values() if one.get("href")][:1]
    if not found:
        raise Refusal(_("The manifest names nothing that can be launched. Export the package anew as SCORM."))
    if len(found) > MAX_ITEMS or len({one.key for one in found}) < len(found):
        raise Refusal(_("The manifest names the same item twice, or more than %(most)d.") % {"most": MAX_ITEMS})
    title = _title(organization) or found[0].title
    return Manifest(standard, title, tuple(found))


def _parsed(data: bytes) -> Element:
    try:
        root: Element = ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise Refusal(_("The manifest defines entities of its own; no authoring program needs that.")) from None
    except (ParseError, ValueError, LookupError):
        raise Refusal(_("The manifest is no XML that can be read. Export the package anew.")) from None
    if _local(root.tag) != "manifest":
        raise Refusal(_("The manifest does not begin with <manifest>. Export the package anew as SCORM."))
    return root


def _standard(root: Element) -> Standard:
    told = next((one.text or "" for one in _all(root, "schemaversion")), "").strip()
    if told == "1.2":
        return Standard.SCORM_12
    if told.startswith(("2004", "CAM 1.3", "1.3")):
        return Standard.SCORM_2004
    raise Refusal(
        _("The package says it is version “%(told)s”. SCORM 1.2 and SCORM 2004 can be played.") % {"told": told[:40]}
    )


def _organization(root: Element) -> Element | None:
    organizations = next(_all(root, "organizations"), None)
    if organizations is None:
        return None
    there = list(_all(organizations, "organization"))
    default = organizations.get("default")
    return next((one for one in there if one.get("identifier") == default), there[0] if there else None)


def _resources(root: Element) -> dict[str, Element]:
    """Return the resources by identifier, each with its whole path in `href`."""
    found = {}
    for group in _all(root, "resources"):
        base = _base(root) + _base(group)
        for one in _all(group, "resource"):
            if one.get("href"):
                one.set("href", base + _base(one) + one.get("href", ""))
            found[one.get("identifier", "")] = one
    return found


def _base(element: Element) -> str:
    return element.get("{http://www.w3.org/XML/1998/namespace}base", "")


def _item(element: Element, resource: Element, standard: Standard, files: Collection[str]) -> Item:
    key = element.get("identifier", "")[:MAX_ID_LENGTH]
    parameters = element.get("parameters", "").lstrip("&?")
    href = _launchable(resource.get("href", ""), files)
    if parameters and not parameters.startswith("#"):
        href += ("&" if "?" in href else "?") + parameters
    launch_data = next((one.text or "" for one in _own(element, "datafromlms")), "")
    return Item(key, _title(element) or key, href, _mastery(element, standard), launch_data[:MAX_LAUNCH_DATA])


def _lonely(resource: Element, files: Collection[str]) -> Item:
    """Return the one resource of a package that lists no items."""
    href = _launchable(resource.get("href", ""), files)
    return Item(resource.get("identifier", "")[:MAX_ID_LENGTH] or "item", href.rsplit("/", 1)[-1], href)


def _launchable(href: str, files: Collection[str]) -> str:
    """Return an address within the package, with what it says behind the path. Refuses what leads out of it."""
    told = urlsplit(href.replace("\\", "/"))
    path = posixpath.normpath(unquote(told.path)) if told.path else ""
    if told.scheme or told.netloc or path.startswith(("/", "..")) or path not in files:
        raise Refusal(
            _("The manifest launches “%(href)s”, which is not in the package. Export it anew.") % {"href": href[:80]}
        )
    return path + (f"?{told.query}" if told.query else "")


def _mastery(element: Element, standard: Standard) -> float | None:
    if standard == Standard.SCORM_12:
        told, whole = next((one.text for one in _own(element, "masteryscore")), None), 100.0
    else:
        primary = next(_own(element, "primaryobjective"), None)
        asks = primary is not None and primary.get("satisfiedByMeasure", "false").lower() == "true"
        told, whole = next((one.text for one in _all(primary, "minnormalizedmeasure")), "1") if asks else None, 1.0
    try:
        share = float(told or "") / whole
    except ValueError:
        return None
    return share if -1 <= share <= 1 else None


def _title(element: Element | None) -> str:
    if element is None:
        return ""
    told = next((one.text or "" for one in element if _local(one.tag) == "title"), "")
    return " ".join(told.split())[:MAX_TITLE_LENGTH]


def _all(element: Element | None, name: str) -> Iterator[Element]:
    """Yield what lies within an element, however deep, under a local name in small letters."""
    for one in element.iter() if element is not None else ():
        if one is not element and _local(one.tag).lower() == name:
            yield one


def _own(element: Element, name: str) -> Iterator[Element]:
    """Yield what lies within an item, and not within the items in it."""
    for one in element:
        if _local(one.tag).lower() == name:
            yield one
        if _local(one.tag).lower() != "item":
            yield from _own(one, name)


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
