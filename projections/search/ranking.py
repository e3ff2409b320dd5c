"""How well a title answers what was typed, and which answers come first.

What is called just so comes before what begins so, then what has the words in its name, then what
has them in its team, its owner's name or its cycle, last what was typed with a slip. Among equals
what is still going on comes first, and what is in a cycle that is.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from projections.search.folding import may_slip, slips, slips_allowed

EXACT, BEGINS, NAMED, BESIDE, SLIPPED = range(5)

ORDER: Final = {
    kind: place
    for place, kind in enumerate(
        ("person", "team", "objective", "key_result", "action", "obstacle", "cycle")
    )
}
"""Kinds in the order of equal answers; one that is not here comes after them, and boards last."""


class Answer(NamedTuple):
    """How a title answers: its class, the slips in it, and how many words are only begun."""

    rank: int
    slips: int = 0
    begun: int = 0


def answer(
    asked: Sequence[str],
    words: Sequence[str],
    beside: Iterable[Sequence[str]] = (),
    *,
    forgiving: bool = True,
) -> Answer | None:
    """How the words of a title answer; None where a word is not found at all.

    Args:
        asked: what was typed, folded.
        words: those of the title.
        beside: those of names that stand beside it: team, owner, cycle.
        forgiving: whether slips are looked for; they take time.
    """
    if list(asked) == list(words):
        return Answer(EXACT)
    begins = " ".join(words).startswith(" ".join(asked))
    around = [word for name in beside for word in name]
    rank, total, begun = NAMED, 0, 0
    missing: list[str] = []
    for word in asked:
        if word in words:
            continue
        if any(each.startswith(word) for each in words):
            begun += 1
        elif any(each.startswith(word) for each in around):
            rank = max(rank, BESIDE)
        elif forgiving and may_slip(word):
            missing.append(word)
        else:
            return None
    # Slips take time to count, so only where nothing else is missing.
    for word in missing:
        most = slips_allowed(word)
        found = [n for each in words if (n := slips(word, each, most)) is not None]
        if not found:
            return None
        rank, total = SLIPPED, total + min(found)
    return Answer(BEGINS if begins else rank, total, begun)


def marked(asked: Sequence[str], words: Mapping[str, Sequence[str]]) -> list[str]:
    """The words of a title, as they are written there, that answer what was typed."""
    return [
        written
        for written, folded in words.items()
        if any(
            each.startswith(word)
            or ((most := slips_allowed(word)) and slips(word, each, most) is not None)
            for each in folded
            for word in asked
        )
    ]
