"""Every page has a title of its own: tabs, bookmarks and screen readers tell pages apart by nothing else."""

import re
from collections import defaultdict

from tests.architecture.reading import Read, by

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@by("victor", "paula", "anonymous")
def test_no_two_pages_have_the_same_title(reads: list[Read]) -> None:
    pages: dict[str, set[str]] = defaultdict(set)
    for one in reads:
        is_page = one.is_own and one.answer.status_code == 200 and one.answer["Content-Type"].startswith("text/html")
        if is_page and one.address.is_page:
            for title in TITLE.findall(one.answer.text):
                pages[title].add(str(one.address))

    mute = [sorted(found) for title, found in pages.items() if not re.match(r"\S.* · \S", title)]
    shared = {title: sorted(found) for title, found in pages.items() if len(found) > 1}
    assert not mute, f"Write a block title, 'Page · Hub name': {mute}"
    assert not shared, "\n".join(f"{title}: {found}" for title, found in shared.items())
