"""``openapi.json``: what the application says of itself, checked in beside the code.

python -m api.openapi            write openapi.json
python -m api.openapi --check    exit 1 when the file and the app differ
"""

import sys
from pathlib import Path
from typing import Any, Final

import orjson

from api.app import create_app
from api.services import Services

FILE: Final = Path(__file__).parent.parent / "openapi.json"


def text(schema: dict[str, Any]) -> bytes:
    """The file's bytes: sorted, indented, ending with a line feed."""
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def main(arguments: list[str]) -> int:
    """Write the file, or compare it. Returns the exit code."""
    nothing: Any = None  # describing touches no store, so none is opened
    written = text(create_app(Services(nothing, nothing, nothing)).openapi())
    if "--check" in arguments:
        same = FILE.exists() and FILE.read_bytes() == written
        print("openapi.json equals the app" if same else "openapi.json differs from the app")
        return 0 if same else 1
    FILE.write_bytes(written)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
