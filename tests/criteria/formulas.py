"""Sound formula documents over a catalog, for properties."""

from typing import Any

from hypothesis import strategies as st

from tests.criteria.strategies import Document, Pool

NUMBERS = st.sampled_from([0, 1, -2, 0.5, "12.50", 1000])
POSITIVE = st.sampled_from([1, 0.5, "12.50", 1000])
BANDS = st.lists(st.sampled_from([0, 1, 5, 10, 100]), min_size=1, max_size=4, unique=True).map(sorted)
MANY = ("sum", "difference", "product", "best", "worst", "average", "first_known")


def formulas(pool: Pool) -> st.SearchStrategy[Document]:
    """Formulas a few functions deep, of every kind that may stand inside others."""
    constants = NUMBERS.map(lambda value: {"number": value})
    inner = st.one_of(constants, _operands(pool))
    for _ in range(2):
        inner = st.one_of(inner, _functions(inner, pool))
    return inner


def _operands(pool: Pool) -> st.SearchStrategy[Document]:
    fields = [key for key in pool.fields if pool.catalog.fields[key].kind in {"number", "money"}]
    figures = [pool.figures(pool.catalog.collections[key]) for key in pool.collections]
    numeric = st.one_of(figures).filter(lambda clause: clause["operator"] in {">=", "<", "="})
    counted = numeric.map(lambda clause: {key: one for key, one in clause.items() if key not in {"operator", "value"}})
    return st.one_of(st.sampled_from(fields).map(lambda key: {"field": key}), counted)


def _functions(inner: st.SearchStrategy[Document], pool: Pool) -> st.SearchStrategy[Document]:
    def made(name: str, count: tuple[int, int] = (1, 1), **settings: Any) -> st.SearchStrategy[Document]:
        of = st.lists(inner, min_size=count[0], max_size=count[1])
        required = {key: one for key, one in settings.items() if not key.startswith("maybe_")}
        optional = {key.removeprefix("maybe_"): one for key, one in settings.items() if key.startswith("maybe_")}
        return st.fixed_dictionaries({"function": st.just(name), "of": of, **required}, optional=optional)

    part = st.fixed_dictionaries({"of": inner}, optional={"each": NUMBERS, "cap": NUMBERS})
    return st.one_of(
        *(made(name, (2, 3)) for name in MANY),
        *(made(name, (2, 2), maybe_if_zero=NUMBERS) for name in ("ratio", "growth")),
        made("round", maybe_places=st.integers(0, 6)),
        st.fixed_dictionaries(
            {"function": st.just("points"), "parts": st.lists(part, min_size=1, max_size=3)}, optional={"cap": NUMBERS}
        ),
        made("bands", bands=BANDS.map(lambda starts: [{"from": one, "value": one * 2} for one in starts])),
        made("credit", target=POSITIVE, maybe_points=NUMBERS),
        made("gate", where=pool.documents(), maybe_otherwise=NUMBERS),
        made("clamp", **{"from": st.sampled_from([0, 1]), "to": st.sampled_from([5, 100])}),
    )
