"""Keys in a file of their own, for tests that look at facts without a log."""

import atexit
import shutil
import tempfile
from typing import Final

from journal.keys import KeyRing, lift_sqlite


def new_ring() -> KeyRing:
    """A ring over an empty key store, which goes when the tests end."""
    folder = tempfile.mkdtemp(prefix="tn-keys-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    lift_sqlite(f"{folder}/keys.db", 5)
    return KeyRing(f"sqlite:///{folder}/keys.db")


RING: Final = new_ring()
"""For everybody: keys do not mind each other."""
