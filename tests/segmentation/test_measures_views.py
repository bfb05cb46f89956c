"""The pages of measures: the list, one measure, and the editor of its formula with and without JavaScript."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.services import versions
from partners.models import Partner
from segmentation.models import Measure, MeasureKind, MeasureVersion
from segmentation.services import measures, peers, segments
from tests.factories.partners import PartnerFactory
from tests.html_form import sent_by

pytestmark = pytest.mark.django_db
HEADS: dict[str, Any] = {"field": "employees"}
SUM: dict[str, Any] = {"function": "sum", "of": [HEADS, {"number": 1}]}
#: What htmx says of a request that a field, and no button, asked for.
TYPING = {"HX-Request": "true", "X-Changed-Field": "m-1.number"}


@pytest.fixture
def as_victor(client_of: Callable[..., Client], victor: User, now: datetime) -> Client:
    return client_of(victor)


@pytest.fixture
def as_vera(client_of: Callable[..., Client], vera: User, now: datetime) -> Client:
    return client_of(vera)


@pytest.fixture
def size(victor: User, now: datetime) -> Measure:
    """A published measure: people and one."""
    return measures.define(key="size", name="Size", formula=SUM, description="How many", by=victor, at=now)


@pytest.fixture
def fresh(victor: User, now: datetime) -> Measure:
    """A measure without a formula."""
    return measures.create(key="fresh", name="Fresh", by=victor, at=now)


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def address(measure: Measure, verb: str = "") -> str:
    return f"/vendor/measures/{measure.public_id}/{verb}"


def form_of(client: Client, measure: Measure, **changes: str) -> dict[str, Any]:
    """Return what the open editor would send, after somebody changed some fields."""
    data = sent_by(client.get(address(measure, "formula/")).content.decode())
    return {**{name: data.getlist(name) for name in data}, **changes}


def draft_of(measure: Measure) -> Any:
    version = versions.existing_draft_of(measure)
    return version.criteria if version else None


# --- reading


def test_without_measures_the_list_says_what_they_are_for(as_victor: Client) -> None:
    assert "No measures yet." in text_of(as_victor.get("/vendor/measures/"))


def test_the_list_shows_the_spread_and_how_much_asks_for_each(
    as_victor: Client, size: Measure, fresh: Measure, victor: User, now: datetime
) -> None:
    for employees in (9, 19, 29):
        PartnerFactory(employees=employees)
    asking = {"combinator": "and", "rules": [{"field": size.field_key, "operator": ">", "value": 1}]}
    segments.define(key="big", name="Big", criteria=asking, by=victor, at=now)

    answer = as_victor.get("/vendor/measures/")

    rows = {row.measure.key: row for row in answer.context["rows"]}
    assert (rows["size"].worth.median, rows["size"].uses, rows["size"].is_published) == ("20", 1, True)
    assert (rows["fresh"].worth, rows["fresh"].is_published) == (None, False)
    assert "chart-hist" in text_of(answer)


def test_one_measure_that_fails_does_not_hide_the_values_of_the_others(
    as_victor: Client, size: Measure, victor: User, now: datetime
) -> None:
    PartnerFactory(employees=5)
    huge = {"function": "product", "of": [HEADS, *[{"number": 10**15}] * 40]}
    huger = {"function": "product", "of": [{"field": "measure_huge"}] * 50}
    over = {"function": "product", "of": [{"field": "measure_huger"}] * 50}
    measures.define(key="huge", name="Huge", formula=huge, by=victor, at=now)
    measures.define(key="huger", name="Huger", formula=huger, by=victor, at=now)
    for key in ("a", "b", "c"):
        measures.define(key=key, name=key, formula=over, by=victor, at=now)

    rows = {row.measure.key: row for row in as_victor.get("/vendor/measures/").context["rows"]}

    assert rows["size"].worth.known == 1
    assert rows["huge"].worth.highest == "5.00e+600"
    assert rows["b"].worth is None


def test_a_search_without_a_match_offers_to_clear_it(as_victor: Client, size: Measure) -> None:
    text = text_of(as_victor.get("/vendor/measures/?q=nothing"))

    assert "No measure has “nothing” in its name." in text
    assert "Show all measures" in text


def test_a_measure_is_told_in_words_with_who_has_most_and_who_asks(
    as_victor: Client, size: Measure, victor: User, now: datetime
) -> None:
    for name, employees in (("Ash", 9), ("Birch", 19), ("Cedar", None)):
        PartnerFactory(name=name, employees=employees)
    measures.define(
        key="twice",
        name="Twice the size",
        formula={"function": "sum", "of": [{"field": size.field_key}]},
        by=victor,
        at=now,
    )

    answer = as_victor.get(address(size))

    shown = answer.context["worth"]
    assert [(partner.name, value) for partner, value in shown.best] == [("Birch", "20"), ("Ash", "10"), ("Cedar", "1")]
    text = text_of(answer)
    assert "Twice the size" in text
    assert "measure_size" in text
    assert "Version 1" in text


def test_a_manager_reads_a_measure_for_their_own_partners_alone(
    as_vera: Client, size: Measure, pinewood: Partner
) -> None:
    Partner.objects.filter(pk=pinewood.pk).update(employees=4)
    PartnerFactory(name="Foreign", employees=100)

    answer = as_vera.get(address(size))

    assert [(partner.name, value) for partner, value in answer.context["worth"].best] == [("Pinewood", "5")]
    assert answer.context["worth"].worth.known == 1
    text = text_of(answer)
    assert "Your partners" in text
    assert "Foreign" not in text
    assert "Edit formula" not in text


def test_money_and_percent_are_written_as_such(as_victor: Client, victor: User, now: datetime) -> None:
    PartnerFactory(employees=1234)
    worth = measures.define(key="w", name="Worth", formula=HEADS, kind=MeasureKind.MONEY, by=victor, at=now)
    share = measures.define(key="s", name="Share", formula=HEADS, kind=MeasureKind.PERCENT, places=1, by=victor, at=now)

    assert "€1,234" in text_of(as_victor.get(address(worth)))
    assert "1,234.0\xa0%" in as_victor.get(address(share)).content.decode()


def test_a_comparison_says_as_of_which_day_it_is(as_victor: Client, victor: User, now: datetime) -> None:
    PartnerFactory(employees=3)
    ranked = {"function": "rank", "of": [HEADS], "frozen": "year"}
    place = measures.define(key="place", name="Place", formula=ranked, by=victor, at=now)
    assert "Peers are being compared for the first time." in text_of(as_victor.get(address(place)))

    peers.refresh(at=now)

    assert "Peers were compared as of 1 January 2030" in text_of(as_victor.get(address(place)))


def test_a_formula_that_fails_says_so_instead_of_values(as_victor: Client, victor: User, now: datetime) -> None:
    PartnerFactory(employees=5)
    huge = {"function": "product", "of": [HEADS, *[{"number": 10**15}] * 40]}
    measures.define(key="huge", name="Huge", formula=huge, by=victor, at=now)
    over = {"function": "product", "of": [{"field": "measure_huge"}] * 50}
    failing = measures.define(key="over", name="Over", formula=over, by=victor, at=now)

    answer = as_victor.get(address(failing))

    assert answer.status_code == 200
    assert "This cannot be worked out" in text_of(answer)


# --- making, renaming, retiring


def test_a_measure_is_made_and_its_formula_comes_next(as_victor: Client, victor: User) -> None:
    answer = as_victor.post(
        "/vendor/measures/new/", {"name": "Cloud share, %", "kind": "percent", "places": "1", "partner_may_see": "on"}
    )

    made = Measure.objects.get()
    assert (made.key, made.kind, made.places, made.partner_may_see, made.owner) == (
        "cloud_share",
        "percent",
        1,
        True,
        victor,
    )
    assert answer["Location"] == address(made, "formula/")


def test_a_name_without_letters_still_gets_a_key(as_victor: Client) -> None:
    for name in ("2030", "2030!"):
        as_victor.post("/vendor/measures/new/", {"name": name, "kind": "number", "places": "0"})

    assert list(Measure.objects.order_by("id").values_list("key", flat=True)) == ["measure_2030", "measure_2030_2"]


def test_a_name_that_is_taken_is_refused_and_what_was_typed_stays(as_victor: Client, size: Measure) -> None:
    answer = as_victor.post("/vendor/measures/new/", {"name": "size", "kind": "number", "places": "0", "unit": "heads"})

    assert answer.status_code == 422
    assert "There is a measure of this name already." in text_of(answer)
    assert 'value="heads"' in text_of(answer)


def test_a_measure_is_renamed(as_victor: Client, size: Measure) -> None:
    as_victor.post(address(size, "edit/"), {"name": "People", "kind": "number", "places": "2"})

    size.refresh_from_db()
    assert (size.name, size.places, size.key) == ("People", 2, "size")


def test_retiring_what_is_in_use_names_who_uses_it(
    as_victor: Client, size: Measure, victor: User, now: datetime
) -> None:
    measures.define(key="twice", name="Twice", formula={"field": size.field_key}, by=victor, at=now)

    text = text_of(as_victor.post(address(size, "retire/"), follow=True))

    assert "still in use: Twice" in text
    size.refresh_from_db()
    assert size.retired_at is None


def test_a_retired_measure_leaves_the_list_and_cannot_be_edited(as_victor: Client, size: Measure) -> None:
    as_victor.post(address(size, "retire/"))

    assert "/vendor/measures/new/" in text_of(as_victor.get("/vendor/measures/"))
    assert as_victor.get("/vendor/measures/").context["rows"] == []
    assert as_victor.get(address(size)).status_code == 200
    assert as_victor.get(address(size, "formula/")).status_code == 404


# --- writing a formula


def test_a_fresh_formula_is_one_block_to_choose_and_opening_it_writes_nothing(
    as_victor: Client, fresh: Measure
) -> None:
    before = MeasureVersion.objects.get(definition=fresh).version

    text = text_of(as_victor.get(address(fresh, "formula/")))

    assert "1 block is not finished yet." in text
    assert "Compare peers" in text
    assert MeasureVersion.objects.get(definition=fresh).version == before


def test_without_javascript_a_formula_is_written_block_by_block_and_kept_at_each_step(
    as_victor: Client, fresh: Measure
) -> None:
    page = address(fresh, "formula/")
    as_victor.post(page, form_of(as_victor, fresh, **{"m.what": "function:points", "act": "preview"}))
    as_victor.post(page, form_of(as_victor, fresh, **{"m-0.what": "field:employees", "m-0.each": "10", "act": "add:m"}))
    as_victor.post(
        page,
        form_of(
            as_victor, fresh, **{"m-1.what": "collection:deals", "m-1.each": "5", "m-1.most": "50", "act": "preview"}
        ),
    )
    answer = as_victor.post(page, form_of(as_victor, fresh, act="save"))

    assert answer.status_code == 200
    assert draft_of(fresh) == {
        "function": "points",
        "parts": [
            {"of": HEADS, "each": 10},
            {"of": {"collection": "deals", "aggregate": "count"}, "each": 5, "cap": 50},
        ],
    }


def test_the_value_of_every_block_is_shown_for_the_partner_that_was_chosen(as_victor: Client, size: Measure) -> None:
    PartnerFactory(name="Ash", employees=9)
    birch = PartnerFactory(name="Birch", employees=41)

    answer = as_victor.post(address(size, "formula/"), form_of(as_victor, size, partner=str(birch.public_id)))

    assert [row.now for row in answer.context["blocks"]] == ["42", "41", "1"]


def test_a_partner_to_try_is_found_by_typing(as_victor: Client, size: Measure) -> None:
    PartnerFactory(name="Ash", employees=9)
    PartnerFactory(name="Birch", employees=41)

    found = as_victor.post(address(size, "formula/"), form_of(as_victor, size, find="birc"))
    none = as_victor.post(address(size, "formula/"), form_of(as_victor, size, find="zzz"))

    assert found.context["tried"].name == "Birch"
    assert "No partner has this in its name." in text_of(none)


def test_an_unfinished_part_leaves_the_values_of_the_finished_ones(as_victor: Client, size: Measure) -> None:
    PartnerFactory(employees=9)

    answer = as_victor.post(address(size, "formula/"), form_of(as_victor, size, **{"m-1.what": ""}))

    assert [row.now for row in answer.context["blocks"]] == ["", "9", ""]
    assert "Choose a field." in text_of(answer)


def test_while_typing_only_what_is_beside_the_controls_is_sent(as_victor: Client, size: Measure) -> None:
    PartnerFactory(employees=9)

    answer = as_victor.post(address(size, "formula/"), form_of(as_victor, size, **{"m-1.number": "33"}), headers=TYPING)

    text = text_of(answer)
    assert answer["HX-Reswap"] == "none"
    assert 'id="rule-tree"' not in text
    assert 'id="m-now" class="formula-now" hx-swap-oob="true">= 42' in text
    assert draft_of(size)["of"][1] == {"number": 33}


def test_another_function_exchanges_the_controls(as_victor: Client, size: Measure) -> None:
    answer = as_victor.post(
        address(size, "formula/"),
        form_of(as_victor, size, **{"m.what": "function:ratio"}),
        headers=TYPING | {"X-Changed-Field": "m.what"},
    )

    assert 'id="rule-tree"' in text_of(answer)
    assert "HX-Reswap" not in answer
    assert draft_of(size) == {"function": "ratio", "of": SUM["of"]}


def test_what_is_the_same_as_published_makes_no_draft(as_victor: Client, size: Measure) -> None:
    as_victor.post(address(size, "formula/"), form_of(as_victor, size, act="save"))

    assert draft_of(size) is None


def test_a_step_is_taken_back(as_victor: Client, size: Measure) -> None:
    page = address(size, "formula/")
    as_victor.post(page, form_of(as_victor, size, **{"m-1.number": "5"}))
    as_victor.post(page, form_of(as_victor, size, **{"m-1.number": "6"}))

    as_victor.post(page, form_of(as_victor, size, act="undo"))

    assert draft_of(size)["of"][1] == {"number": 5}


def test_two_who_write_at_once_are_asked_and_neither_text_is_lost(
    as_victor: Client, size: Measure, victor: User, now: datetime
) -> None:
    mine = form_of(as_victor, size, **{"m-1.number": "5"})
    theirs = {"function": "sum", "of": [HEADS, {"number": 7}]}
    measures.edit(measure=size, by=victor, at=now, formula=theirs, expected=None)

    answer = as_victor.post(address(size, "formula/"), mine)

    assert answer.status_code == 409
    assert "Two of you are writing" in text_of(answer)
    assert answer.context["editor"].document["of"][1] == {"number": 5}
    assert draft_of(size) == theirs

    again = {**mine, "act": "mine", "theirs": answer.context["sentences"]["stamp"]}
    assert as_victor.post(address(size, "formula/"), again).status_code == 200
    assert draft_of(size)["of"][1] == {"number": 5}


def test_theirs_can_be_taken_and_ones_own_is_one_step_back(
    as_victor: Client, size: Measure, victor: User, now: datetime
) -> None:
    mine = form_of(as_victor, size, **{"m-1.number": "5"})
    measures.edit(measure=size, by=victor, at=now, formula={"number": 7}, expected=None)

    answer = as_victor.post(address(size, "formula/"), {**mine, "act": "theirs"})

    assert answer.context["editor"].document == {"number": 7}
    as_victor.post(address(size, "formula/"), form_of(as_victor, size, act="undo"))
    assert draft_of(size)["of"][1] == {"number": 5}


def test_publishing_makes_it_hold_with_its_note(as_victor: Client, fresh: Measure) -> None:
    answer = as_victor.post(
        address(fresh, "formula/"),
        form_of(as_victor, fresh, **{"m.what": "field:employees", "note": "First", "act": "publish"}),
    )

    published = versions.published_of(fresh)
    assert answer["Location"] == address(fresh)
    assert published is not None
    assert (published.criteria, published.note) == (HEADS, "First")


def test_an_unfinished_formula_is_not_published_and_nothing_typed_is_lost(as_victor: Client, fresh: Measure) -> None:
    answer = as_victor.post(
        address(fresh, "formula/"),
        form_of(as_victor, fresh, **{"m.what": "function:ratio", "act": "publish"}),
    )

    assert answer.status_code == 422
    text = text_of(answer)
    assert "Some blocks are not finished." in text
    assert answer.context["editor"].document["function"] == "ratio"
    assert versions.published_of(fresh) is None


def test_a_circle_is_refused_in_words(as_victor: Client, size: Measure, victor: User, now: datetime) -> None:
    other = measures.define(key="other", name="Other", formula={"field": size.field_key}, by=victor, at=now)

    answer = as_victor.post(
        address(size, "formula/"),
        form_of(as_victor, size, **{"m-0.what": f"field:{other.field_key}", "act": "publish"}),
    )

    assert answer.status_code == 422
    assert "in a circle: Other, Size" in text_of(answer)


def test_a_draft_is_discarded(as_victor: Client, size: Measure) -> None:
    as_victor.post(address(size, "formula/"), form_of(as_victor, size, **{"m-1.number": "5"}))
    assert draft_of(size)

    as_victor.post(address(size, "formula/"), form_of(as_victor, size, act="discard"))

    assert draft_of(size) is None


def test_nothing_that_is_posted_breaks_the_editor(as_victor: Client, fresh: Measure) -> None:
    page = address(fresh, "formula/")
    for data in (
        {},
        {"m.what": "function:points", "m.n": "-4"},
        {"m.what": "function:bands", "m.bands": "99999", "act": "unband:mb99"},
        {"m.what": "per_area:", "act": "rule:maw"},
        {"m.what": "x" * 100_000},
        {"m.what": "function:clamp", "m.from": "9" * 5000, "m.n": "1"},
        {"m.what": "function:percentile", "m.frozen": "day", "m.day": "tomorrow", "m.peers": "segment:none"},
        {"act": "move:m>m:0", "m.what": "number:", "m.number": "\x00"},
    ):
        seen = {"seen": sent_by(as_victor.get(page).content.decode())["seen"]}
        assert as_victor.post(page, {**seen, **data}).status_code == 200, data


def test_a_retired_measure_is_found_among_the_retired_and_taken_back(
    client_of: Any, victor: Any, now: datetime
) -> None:
    measure = measures.define(key="heads", name="Heads", formula={"field": "employees"}, by=victor, at=now)
    measures.retire(measure=measure, by=victor, at=now)
    client = client_of(victor)
    assert "Heads" not in client.get(reverse("vendor:measure-list")).content.decode()
    assert "Heads" in client.get(reverse("vendor:measure-list"), {"retired": "1"}).content.decode()

    page = reverse("vendor:measure-detail", args=[measure.public_id])
    assert "Take back into use" in client.get(page).content.decode()
    client.post(reverse("vendor:measure-restore", args=[measure.public_id]))

    measure.refresh_from_db()
    assert measure.retired_at is None
    assert "Take back into use" not in client.get(page).content.decode()
