"""The fingerprint of the code that makes rows: equal code must make equal rows."""

from functools import cache
from hashlib import sha256
from pathlib import Path

import domain
import projections

_READS_ONLY = {
    "boards.py", "diff.py", "folded.py", "lists.py", "milestone_words.py", "owed.py", "pages.py",
    "rebuild.py", "render.py", "scores.py", "sentences.py", "states.py", "timeline.py",
    "view_store.py",
}  # fmt: skip


@cache
def fingerprint() -> str:
    """A digest over the sources of the domain and of the projections, readers left out."""
    digest = sha256()
    for package in (domain, projections):
        folder = Path(package.__path__[0])
        for file in sorted(folder.rglob("*.py")):
            if file.name not in _READS_ONLY:
                digest.update(f"{file.relative_to(folder)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()
