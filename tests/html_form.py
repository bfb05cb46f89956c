"""What a browser would send of the controls in a piece of HTML."""

from html.parser import HTMLParser

from django.http import QueryDict


class _Controls(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.select: tuple[str, list[tuple[str, bool]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value")
        if tag == "input" and name:
            kind = found.get("type") or "text"
            if kind not in {"checkbox", "radio"} or "checked" in found:
                self.sent.append((name, value if value is not None else "on" if kind == "checkbox" else ""))
        elif tag == "select":
            self.select = (name, [])
        elif tag == "option" and self.select is not None:
            self.select[1].append((value or "", "selected" in found))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.select is not None:
            name, options = self.select
            self.select = None
            if name and options:
                self.sent.append((name, next((value for value, chosen in options if chosen), options[0][0])))


def sent_by(html: str) -> QueryDict:
    """Return the fields of a form as they stand in its HTML, buttons left out."""
    parser = _Controls()
    parser.feed(html)
    data = QueryDict(mutable=True)
    for name, value in parser.sent:
        data.appendlist(name, value)
    return data
