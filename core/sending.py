"""Sends a stored file: for keeping, or piece by piece to a video player. Who may have it is asked before."""

import re
from typing import IO, Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


class Piece:
    """A part of an open file, read to its end and no further."""

    def __init__(self, file: IO[bytes], *, start: int, length: int) -> None:
        """Begin at `start`."""
        self.file, self.left = file, length
        file.seek(start)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, none after the end of the part."""
        data = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def send_file(request: HttpRequest, stored: Any, *, name: str, content_type: str, to_keep: bool) -> HttpResponseBase:
    """Send the file, or the range of it that is asked for. `stored` is the value of a record's file field."""
    try:
        file = stored.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    size = file.size
    wanted = _range(request.headers.get("Range", ""), size)
    if wanted == (0, 0):
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = wanted or (0, size)
    response = FileResponse(
        Piece(file.file, start=start, length=end - start),
        as_attachment=to_keep,
        filename=name or "file",
        content_type=content_type or "application/octet-stream",
        status=206 if wanted else 200,
    )
    response["Content-Length"] = str(end - start)
    response["Accept-Ranges"] = "bytes"
    if wanted:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    return response


def is_a_start(request: HttpRequest) -> bool:
    """Whether a request asks for the beginning of a file, and is not the continuation of another."""
    return request.method == "GET" and request.headers.get("Range", "bytes=0-").startswith("bytes=0-")


def _range(header: str, size: int) -> tuple[int, int] | None:
    """Return the half-open range asked for, None for the whole file, (0, 0) for one that does not exist."""
    found = ONE_RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    start, end = (int(first), int(last) + 1 if last else size) if first else (max(0, size - int(last)), size)
    if first and last and int(last) < int(first):
        return None
    return (start, min(end, size)) if start < size and end > start else (0, 0)
