"""What Halden Works carried over into its second quarter, and what it set out to do anew."""

from deploy.demo.company import ObjectivePlan
from deploy.demo.courses import (
    Notes,
    baseline,
    launch,
    percentage,
    steps,
    towards,
    within,
    zoned,
)

CARRIED_OVER = (
    ObjectivePlan(
        "lead",
        "assembly",
        "lena",
        "Halve assembly lead time",
        "aspirational",
        (
            towards("Assembly lead time", "decrease", "6.8", "4.5", "4.9", "d", 2),
            towards("Changeover time", "decrease", "29", "25", "24", "min"),
            zoned(
                "SMED workshops held", "0", "1", "3", "5", "target", "stretch", "stretch", "stretch"
            ),
        ),
    ),
    ObjectivePlan(
        "notice",
        "care",
        "sofia",
        "Tell customers before they ask",
        "aspirational",
        (
            towards(
                "Delay notices sent within 30 minutes",
                "increase",
                "78",
                "95",
                "93",
                "%",
                2,
            ),
            towards("Repeat contacts", "decrease", "14", "12", "12", "%"),
        ),
    ),
    ObjectivePlan(
        "find",
        "shop",
        "nora",
        "Find the right part in one minute",
        "aspirational",
        (
            towards("Searches with no result", "decrease", "9", "6", "6", "%"),
            towards("Wrong-part returns", "decrease", "5.1", "4.0", "4.2", "%"),
        ),
    ),
    ObjectivePlan(
        "wave",
        "fulfilment",
        "mira",
        "Release waves that the trucks can keep",
        "aspirational",
        (
            towards("Late lines per wave", "decrease", "6", "3", "4"),
            towards("Waves released before 14:00", "increase", "81", "90", "89", "%"),
            steps("Kanban supermarket for packing material", ("Extended to line 3", 5)),
        ),
    ),
)
"""Objectives of the first quarter that go on in the second; their key results start where they stood."""

SECOND_QUARTER = (
    ObjectivePlan(
        "trust",
        "company",
        "ines",
        "Earn the reorder",
        "aspirational",
        (
            towards(
                "Customers who order again within 90 days",
                "reach",
                "0",
                "45",
                "42",
                "%",
                2,
            ),
            towards(
                "Orders delivered on the promised day",
                "increase",
                "93.0",
                "97.0",
                "96.5",
                "%",
            ),
            within(
                "Complaints a week",
                "stay_below",
                ("18", "22", "17", "16", "19", "15", "14"),
                upper="20",
            ),
        ),
        principle="customer_focus",
    ),
    ObjectivePlan(
        "learn",
        "company",
        "ines",
        "Make improvement everybody's daily work",
        "committed",
        (
            towards("Improvement ideas tried a month", "increase", "6", "25", "22"),
            steps(
                "Daily huddles in every team",
                ("Operations", 2),
                ("Customers", 5),
                ("Management", 7),
            ),
            percentage("People trained in 5 Whys", 90),
        ),
    ),
    ObjectivePlan(
        "rhythm",
        "operations",
        "tomas",
        "One rhythm from order to truck",
        "aspirational",
        (
            towards("Time from order to truck", "decrease", "52", "30", "37", "h", 2),
            within(
                "Orders in process",
                "stay_between",
                ("171", "158", "149", "155", "162", "147", "140"),
                lower="120",
                upper="160",
            ),
            launch("Levelled plan replaces the daily rush list", 6),
        ),
        supports="trust",
    ),
    ObjectivePlan(
        "voice",
        "customers",
        "amina",
        "Answer every complaint",
        "committed",
        (
            percentage("Complaints with a root cause noted", 88),
            zoned(
                "Customer visits a month",
                "0",
                "2",
                "4",
                "6",
                "commit",
                "target",
                "target",
                "stretch",
            ),
            towards(
                "Time from complaint to countermeasure",
                "decrease",
                "21",
                "7",
                "9",
                "d",
            ),
        ),
        supports="trust",
    ),
    ObjectivePlan(
        "pack",
        "fulfilment",
        "mira",
        "Pack without searching",
        "committed",
        (
            towards(
                "Time lost to searching per shift",
                "decrease",
                "48",
                "15",
                "19",
                "min",
            ),
            within(
                "Packing stations within the 5S standard",
                "stay_above",
                ("7", "9", "10", "10", "9", "11", "10"),
                lower="9",
            ),
            steps(
                "Point-of-use storage on every line", ("Line 1", 2), ("Line 2", 5), ("Line 3", 9)
            ),
        ),
        supports="rhythm",
        principle="waste_reduction",
    ),
    ObjectivePlan(
        "stop",
        "assembly",
        "lena",
        "Stop the line, fix the cause",
        "committed",
        (
            towards(
                "Andon calls answered within 3 minutes",
                "increase",
                "55",
                "95",
                "86",
                "%",
            ),
            towards("Repeat defects a month", "decrease", "34", "10", "17"),
            baseline(
                "Know what one minute of stopped line costs",
                2,
                "84",
                "EUR",
                "84",
                "81",
                "79",
                "76",
                "74",
                "72",
                "69",
            ),
        ),
        supports="rhythm",
    ),
    ObjectivePlan(
        "first",
        "care",
        "sofia",
        "Solve it in the first conversation",
        "aspirational",
        (
            towards("First-contact resolution", "increase", "79", "88", "85", "%"),
            towards("Handovers per case", "decrease", "1.8", "1.1", "1.3"),
            launch("Care may refund up to 50 without asking", 3),
        ),
        supports="voice",
    ),
    ObjectivePlan(
        "clear",
        "shop",
        "nora",
        "Pages that answer the question",
        "committed",
        (
            towards("Pre-sales questions per 100 visits", "decrease", "4.2", "2.0", "2.6"),
            percentage("Product pages with a fitting drawing", 80),
            launch("Fitting check asks for the bike first", None),
        ),
        supports="trust",
    ),
)

SECOND_NOTES: Notes = {
    ("rhythm", 0, 2): "Half of the time the order waits for the next wave.",
    ("rhythm", 2, 6): "No rush list on the wall since Monday.",
    ("pack", 1, 5): "Station 4 is out: the tape has no place there.",
    ("pack", 2, 5): "Line 2 stands; line 3 waits for the racks.",
    ("stop", 0, 6): "With the light at line 3 nobody misses a call.",
    ("lead", 1, 4): "The second clamp set is the same on both presses now.",
    ("notice", 0, 5): "The third carrier sends its events too.",
    ("first", 2, 3): "Care refunds up to 50 on its own word from today.",
    ("trust", 2, 2): "A bad batch of hubs; the dealers were called before they called us.",
    ("clear", 2, 4): "The prototype has to wait for the riders.",
}
