"""Who holds a lease or gives a sign of life: this process, on this host."""

import os
import socket


def holder() -> str:
    """``host/pid``."""
    return f"{socket.gethostname()}/{os.getpid()}"
