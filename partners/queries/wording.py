"""What changed between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|[^\s]+")
#: Longer texts are shown before and after as a whole: comparing them word by word would take too long.
MOST_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that are in both texts ("same"), only in the new one ("added") or only in the old one ("removed")."""

    kind: str
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """Return the pieces of which both texts are made, in reading order; what goes stands before what comes."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return [Piece(kind, text) for kind, text in (("removed", before), ("added", after)) if text]
    pieces: list[Piece] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            pieces.append(Piece("removed", "".join(old[old_from:old_to])))
        if new_to > new_from:
            pieces.append(Piece("added", "".join(new[new_from:new_to])))
    return pieces
