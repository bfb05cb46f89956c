"""Every page has a title of its own: tabs, bookmarks and screen readers tell pages apart by nothing else."""

import re
from collections import defaultdict

import pytest

from tests.architecture.walk import Address
from tests.architecture.world import World

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@pytest.mark.parametrize("identity", ["victor", "paula", "anonymous"])
def test_no_two_pages_have_the_same_title(identity: str, world: World, every_address: list[Address]) -> None:
    client = world.client(identity)
    pages: dict[str, set[str]] = defaultdict(set)
    for address in every_address:
        if not address.is_page or not address.admits(world, identity, "GET"):
            continue
        for variant, target in address.targets(world).items():
            answer = client.get(target.path) if variant.startswith("own") else None
            if answer is not None and answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                for title in TITLE.findall(answer.text):
                    pages[title].add(str(address))

    mute = [sorted(found) for title, found in pages.items() if not re.match(r"\S.* · \S", title)]
    shared = {title: sorted(found) for title, found in pages.items() if len(found) > 1}
    assert not mute, f"Write a block title, 'Page · Hub name': {mute}"
    assert not shared, "\n".join(f"{title}: {found}" for title, found in shared.items())
