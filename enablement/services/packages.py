"""Standard packages: uploaded, and uploaded anew. A worker unpacks them (`unpacking`), people play them (`playing`)."""

import zipfile
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from core import file_dangers, files
from core.audit import action
from core.refusals import Refusal
from enablement.models import Package, PackageVersion
from enablement.services import manifests

ENDING = ".zip"
MAX_PATH_LENGTH = 400


def add(*, by: User | None, at: datetime, file: "File[bytes]", name: str = "") -> Package:
    """Take a package in. It is called what it calls itself, unless a name is given."""
    manifest = look(file)
    with action("package.add", by=by):
        package = Package.objects.create(name=name.strip() or manifest.title, owner=by)
        _add_version(package, file, manifest, by=by, at=at)
    return package


def add_version(
    *, package: Package, by: User | None, at: datetime, file: "File[bytes]", note: str = ""
) -> PackageVersion:
    """Take a package in anew. Who has begun stays on the version they began with."""
    manifest = look(file)
    with action("package.add_version", by=by):
        Package.objects.select_for_update(no_key=True).get(pk=package.pk)
        return _add_version(package, file, manifest, by=by, at=at, note=note)


def rename(*, package: Package, by: User | None, at: datetime, name: str) -> bool:
    """Call a package something else. Returns whether it was called otherwise before."""
    name = name.strip()
    if not name:
        raise Refusal({"name": _("Give it a name.")})
    if name == package.name:
        return False
    package.name = name
    package.clean_fields(exclude=["public_id", "owner", "current"])
    with action("package.rename", by=by):
        package.save(update_fields=["name"])
    return True


def look(file: "File[bytes]") -> manifests.Manifest:
    """Return what an uploaded file says of itself. Raises Refusal when it is no package that can be played here."""
    if not settings.PACKAGES_URL:
        raise Refusal({"file": _("Packages need an address of their own. Ask whoever runs the portal: PACKAGES_URL.")})
    try:
        return _look(file)
    except Refusal as refusal:
        raise Refusal({"file": refusal.messages}) from None
    finally:
        file.seek(0)


def _look(file: "File[bytes]") -> manifests.Manifest:
    name = files.shown_name(file.name or "")
    if not file.size or not name.casefold().endswith(ENDING):
        raise Refusal(_("Choose the .zip that your authoring program exported as SCORM 1.2 or SCORM 2004."))
    if file.size > settings.MAX_PACKAGE_BYTES:
        raise Refusal(
            _("The package is larger than %(limit)d MB. Make its videos and pictures smaller.")
            % {"limit": settings.MAX_PACKAGE_BYTES // 1024**2}
        )
    entries = {entry.filename.replace("\\", "/"): entry for entry in file_dangers.web_archive(file)}
    if long_name := next((one for one in entries if len(one) > MAX_PATH_LENGTH), None):
        raise Refusal(_("A name in the package is too long: %(name)s…") % {"name": long_name[:60]})
    if manifests.NAME not in entries:
        deeper = any(one.rpartition("/")[2] == manifests.NAME for one in entries)
        raise Refusal(
            _("imsmanifest.xml lies in a folder. Pack what is in the folder, not the folder itself.")
            if deeper
            else _("There is no imsmanifest.xml in it: this is no SCORM package.")
        )
    return manifests.read(_manifest(file, entries[manifests.NAME]), files=entries.keys())


def _manifest(file: "IO[bytes] | Any", entry: zipfile.ZipInfo) -> bytes:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive, archive.open(entry) as part:
            data = part.read(manifests.MAX_BYTES + 1)
    except file_dangers.UNREADABLE:
        raise Refusal(_("The package is damaged. Export it anew.")) from None
    if len(data) > manifests.MAX_BYTES:
        raise Refusal(_("The manifest is larger than anything an authoring program writes."))
    return data


def _add_version(
    package: Package,
    file: "File[bytes]",
    manifest: manifests.Manifest,
    *,
    by: User | None,
    at: datetime,
    note: str = "",
) -> PackageVersion:
    last = package.versions.aggregate(last=Max("number"))["last"] or 0
    version = PackageVersion(
        package=package,
        number=last + 1,
        file_name=files.shown_name(file.name or ""),
        file_bytes=file.size,
        note=note,
        uploaded_at=at,
        uploaded_by=by,
        standard=manifest.standard,
        title=manifest.title or package.name,
        items=[item.as_json() for item in manifest.items],
        due_at=at,
    )
    file.seek(0)
    version.file.save(files.random_name(ENDING), file, save=False)
    version.save()
    return version
