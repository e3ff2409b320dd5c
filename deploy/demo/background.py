"""What stands behind the demo's objectives and key results: why they matter, links, who helps.

Written when they are drafted; what is carried over keeps it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

WIKI = "https://wiki.example"


@dataclass(frozen=True)
class Background:
    """``why`` is Markdown; ``links`` are title and address; ``helpers`` who and which share."""

    why: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    helpers: tuple[tuple[str, Decimal | None], ...] = ()


OBJECTIVES: Mapping[str, Background] = {
    # --- first quarter ---
    "chase": Background(
        "Two of three dealers who left us last year said the same: *we never knew when it would "
        "come*.\n\nWe win them back when **nobody has to ask** any more.",
        (("Exit interviews of last year", f"{WIKI}/dealers/exit-interviews"),),
        ("On time", "Dealers"),
    ),
    "calm": Background(tags=("Safety", "People")),
    "promise": Background(
        "A promised day is a promise. What counts:\n\n- the day we *said*, not the day we hoped\n"
        "- complete, not in parts\n- counted by the dealer's goods receipt",
        tags=("On time",),
        helpers=(("mira", Decimal("0.4")), ("lena", Decimal("0.3"))),
    ),
    "listen": Background(tags=("Dealers",), helpers=(("sofia", None),)),
    "pick": Background(tags=("Quality",), helpers=(("jonas", Decimal("0.5")),)),
    "lead": Background(
        "Nine days from order to finished hub, of which **six hours** are work. The rest is "
        "waiting:\n\n1. for the setter\n2. for parts of the other lines\n3. for the next full "
        "pallet\n\nHalf the time is half the stock, and an answer to the dealer within the week.",
        (
            ("Value stream map of March", f"{WIKI}/assembly/value-stream-map"),
            ("How we time a changeover", f"{WIKI}/assembly/changeover"),
        ),
        ("On time", "Flow"),
        (("kenji", Decimal("0.4")), ("greta", Decimal("0.1"))),
    ),
    "yield": Background(tags=("Quality",), helpers=(("kenji", None),)),
    "notice": Background(
        "A late parcel that is announced costs one mail. One that is not costs *two calls and a "
        "dealer's trust*.",
        (("What a good notice says", f"{WIKI}/care/delay-notice"),),
        ("Dealers",),
        (("pavel", Decimal("0.5")),),
    ),
    "wave": Background(tags=("Flow",), helpers=(("jonas", None),)),
    # --- second quarter ---
    "trust": Background(
        "Who orders a second time stays for years. This quarter is about the **second order**.",
        tags=("Dealers",),
    ),
    "learn": Background(
        "Improvement is not the Lean Office's job, it is how we work.",
        (("Huddle in ten minutes", f"{WIKI}/lean/huddle"),),
        ("People",),
        (("greta", Decimal("0.5")), ("tomas", None), ("amina", None)),
    ),
    "rhythm": Background(tags=("Flow", "On time"), helpers=(("mira", None), ("lena", None))),
    "voice": Background(
        "A complaint that is only answered comes back. One whose *cause* is gone does not.",
        tags=("Dealers", "Quality"),
        helpers=(("sofia", Decimal("0.5")), ("nora", None)),
    ),
    "pack": Background(
        "Every packer walks four kilometres a shift, most of it for tape and labels.",
        (("Spaghetti chart of line 2", f"{WIKI}/packing/spaghetti-chart"),),
        ("Flow",),
    ),
    "stop": Background(tags=("Quality", "Safety"), helpers=(("kenji", Decimal("0.6")),)),
    "first": Background(tags=("Dealers",), helpers=(("pavel", None),)),
    "clear": Background(tags=("Dealers",), helpers=(("ravi", Decimal("0.7")),)),
}
"""By the objective's key."""

KEY_RESULTS: Mapping[tuple[str, int], Background] = {
    ("lead", 0): Background(
        "Median of all orders of the week, from release to the finished-goods scan.",
        (("The report", f"{WIKI}/reports/assembly-lead-time"),),
    ),
    ("lead", 1): Background(
        "From the last good part of the old series to the **first good part** of the new one. "
        "Press line 2 only.",
    ),
    ("promise", 0): Background(
        "Orders that arrive complete on the promised day, as a share of all orders of the week.",
        (("Goods receipts of our dealers", f"{WIKI}/reports/goods-receipts"),),
    ),
    ("notice", 0): Background("From the carrier's event to the mail in the dealer's inbox."),
    ("pack", 0): Background("One packer, one shift, followed with a stopwatch each Wednesday."),
    ("voice", 0): Background("A cause that somebody can act on; *human error* is none."),
}
"""By the objective's key and the number of the key result."""
