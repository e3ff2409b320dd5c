"""``python -m tests.bench``: every measured ratio of PERFORMANCE that the present parts have.

Each module measures ours and plain code in turns within one run, so a ratio holds on any machine;
absolute figures only tell the magnitude. A module that fails is reported and the rest goes on.
"""

import subprocess
import sys

MODULES = ("journal", "views", "search", "http", "one_objective", "home", "explain", "reconcile")


def main() -> int:
    """Run the modules one after the other; the exit code says whether each could measure."""
    failed = []
    for name in MODULES:
        print(f"\n== {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"\ncould not measure: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
