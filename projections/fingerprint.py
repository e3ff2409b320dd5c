"""The fingerprint of the code that makes rows: equal code must make equal rows."""

from functools import cache
from hashlib import sha256
from pathlib import Path

import domain
import projections

_READS_ONLY = {"views.py", "rebuild.py", "render.py", "sentences.py"}


@cache
def fingerprint() -> str:
    """A digest over the sources of the domain and of the projections, readers left out."""
    digest = sha256()
    for package, deep in ((domain, True), (projections, False)):
        folder = Path(package.__path__[0])
        for file in sorted(folder.rglob("*.py") if deep else folder.glob("*.py")):
            if file.name not in _READS_ONLY:
                digest.update(f"{file.relative_to(folder)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()
