"""G8, G9 and G10 of PERFORMANCE.md as ratios to plain code, in one interleaved run.

python -m tests.bench.views [figures…]
"""

import sys
from collections.abc import Iterator

from tests.bench import views_asof, views_lag, views_rebuild
from tests.bench.journal import Figure

WAYS = {"G8": views_rebuild.figures, "G9": views_lag.figures, "G10": views_asof.figures}


def figures(wanted: list[str]) -> Iterator[Figure]:
    for name in wanted or WAYS:
        yield from WAYS[name]()


def main(wanted: list[str]) -> None:
    """Prints the table; a missed goal is a result, so it fails nothing."""
    print(f"{'':4}{'figure':72}{'L':>10}{'ours':>10}{'ratio':>8}{'goal':>8}")
    for each in figures(wanted):
        bound = f"{'≥' if each.above else '≤'} {each.goal:g}"
        print(
            f"{each.name:4}{each.what:72}{each.plain:>10}{each.ours:>10}"
            f"{each.ratio:>8.2f}{bound:>8}  {'ok' if each.held else 'MISSED'}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
