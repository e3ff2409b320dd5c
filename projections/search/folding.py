"""Texts as they are compared: words in small letters without accents, and how near two words are.

Both sides go through here, what is indexed and what is asked for, so that "Tomáš" is found by
"tomas" on every store. What a database calls a word, or a small letter, never matters.
"""

import unicodedata
from functools import lru_cache
from typing import Final

LONGEST_WORD: Final = 40
"""Letters of a word that are told apart; what is longer is no word that anybody types."""

_UNDECOMPOSED: Final = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i",
        "'": None, "’": None, "ʼ": None,
    }
)  # fmt: skip
"""Letters that Unicode does not take apart, and marks that stand inside of words."""


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, folded, in their order."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    plain = (each for each in decomposed.casefold() if not unicodedata.combining(each))
    spaced = "".join(each if each.isalnum() else " " for each in plain)
    return tuple(word[:LONGEST_WORD] for word in spaced.split())


def may_slip(word: str) -> bool:
    """Whether a slip in this word is forgiven: in a short one or a number each letter counts."""
    return len(word) >= 4 and word.isalpha()


def slips_allowed(word: str) -> int:
    """So many slips of the finger are forgiven."""
    if not may_slip(word):
        return 0
    return 1 if len(word) < 8 else 2


@lru_cache(maxsize=20_000)
def slips(typed: str, word: str, most: int) -> int | None:
    """Slips between what was typed and the nearest beginning of ``word``; None above ``most``.

    A slip is a letter too many, too few, a wrong one, or two that changed places (Damerau and
    Levenshtein, each pair at most once). A word counts from its beginning, for it may still be
    being typed.
    """
    if len(typed) - len(word) > most or len(set(typed) - set(word)) > most:
        return None
    # A column of the table of distances at once, as differences in the bits of numbers: a dozen
    # steps a word instead of a hundred (Myers 1999, Hyyrö 2003 for letters that changed places).
    last, whole = 1 << (len(typed) - 1), (1 << len(typed)) - 1
    places: dict[str, int] = {}
    for place, letter in enumerate(typed):
        places[letter] = places.get(letter, 0) | 1 << place
    more, less, same, before = whole, 0, 0, 0
    count = fewest = len(typed)
    for letter in word[: len(typed) + most]:
        here = places.get(letter, 0)
        swapped = ((~same & here) << 1) & before
        same = ((((here & more) + more) ^ more) | here | less | swapped) & whole
        rises, falls = (less | ~(same | more)) & whole, same & more
        count += bool(rises & last) - bool(falls & last)
        rises, falls = (rises << 1 | 1) & whole, falls << 1 & whole
        more, less = (falls | ~(same | rises)) & whole, same & rises
        before, fewest = here, min(fewest, count)
    return fewest if fewest <= most else None
