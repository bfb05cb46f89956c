"""The rules every template keeps: components are declared and shown, icons exist, nothing is inline."""

import re
from pathlib import Path

import lucide
import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
COTTON = TEMPLATES / "cotton"
ALL = sorted(TEMPLATES.rglob("*.html"))
#: Mail programs load no style sheet, so e-mails carry theirs.
PAGES = [path for path in ALL if "emails" not in path.parts]
COMPONENTS = sorted(COTTON.glob("*.html"))
ATTRIBUTE_OF_HTML = re.compile(
    r"(data|aria|hx)-[\w-]+|id|name|value|type|disabled|form|form[a-z]+|rel|target|role|tabindex|autofocus|title|download|popovertarget"
)
USE = re.compile(r"<c-(?P<name>[a-z0-9-]+)(?P<attributes>(?:\s+[^\s/>\"'=]+(?:=(?:\"[^\"]*\"|'[^']*'|\S+))?)*)\s*/?>")


def without_template_code(text: str) -> str:
    return re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def declared(component: str) -> set[str]:
    source = (COTTON / f"{component.replace('-', '_')}.html").read_text()
    variables = re.search(r"<c-vars\s(.*?)/>", source, re.DOTALL)
    assert variables, f"{component} declares nothing"
    return {name.lstrip(":").replace("-", "_") for name in re.findall(r"(:?[\w-]+)=", variables[1])}


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_begins_by_saying_what_it_takes(path: Path) -> None:
    assert path.read_text().startswith(f"{{# {path.stem}")
    declared(path.stem)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_every_variable_of_a_component_is_told_in_its_comment(path: Path) -> None:
    comment = path.read_text().partition("#}")[0]

    untold = {name for name in declared(path.stem) - {"class"} if not re.search(rf"\b{name}\b", comment)}
    assert not untold


def test_every_component_is_in_the_gallery() -> None:
    gallery = "".join(path.read_text() for path in (TEMPLATES / "portal" / "styleguide").glob("*.html"))
    used_inside = "".join(path.read_text() for path in COMPONENTS)

    shown = {use["name"] for use in USE.finditer(without_template_code(gallery + used_inside))}
    assert {path.stem.replace("_", "-") for path in COMPONENTS} - shown == set()


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_what_a_page_gives_a_component_arrives(path: Path) -> None:
    """What is not declared goes to the element as it is: a dynamic value unescaped, a class twice, an error unseen."""
    for use in USE.finditer(without_template_code(path.read_text())):
        if use["name"] in {"vars", "slot"}:
            continue
        given = re.findall(r"\s(:?)([\w-]+)", re.sub(r"=(\"[^\"]*\"|'[^']*')", "", use["attributes"]))
        known = declared(use["name"])
        lost = {
            name
            for dynamic, name in given
            if name.replace("-", "_") not in known and (dynamic or not ATTRIBUTE_OF_HTML.fullmatch(name))
        }
        assert not lost, f"<c-{use['name']}> does not declare {lost}"


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_never_prints_what_it_was_not_given(path: Path) -> None:
    """An undeclared variable would be one of the page around, or of the context processors."""
    source = re.sub(r"{#.*?#}", "", path.read_text())
    known = declared(path.stem) | {"attrs", "slot", "forloop", "request", "csrf_token"}
    known |= {name for names in re.findall(r"{% for ([\w, ]+) in", source) for name in re.split(r",\s*", names)}
    known |= set(re.findall(r" as (\w+) %}", source)) | set(re.findall(r"(?:with|and|count) (\w+)=", source))
    known |= set(re.findall(r"[\s](\w+)=[\w.|:]+(?=[\s%])", " ".join(re.findall(r"{% blocktranslate(.*?)%}", source))))

    printed = set(re.findall(r"{{ (\w+)", source))
    assert printed <= known


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_carries_no_style_script_or_colour(path: Path) -> None:
    source = without_template_code(path.read_text())

    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|\bhx-on|href=[\"']javascript:", source)
    assert not re.search(r"\[#[0-9a-fA-F]{3,8}\]|(fill|stroke)=\"#", source)
    for attributes in re.findall(r"<script([^>]*)>", source):
        assert "src=" in attributes


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_every_icon_named_in_a_template_exists(path: Path) -> None:
    source = path.read_text()
    named = re.findall(r"{% lucide [\"']([a-z0-9-]+)[\"']", source)
    named += re.findall(r"\bicon(?:_end)?=\"([a-z0-9-]+)\"", source) + re.findall(
        r"<c-icon name=\"([a-z0-9-]+)\"", source
    )

    for name in set(named):
        lucide._load_icon(name)
