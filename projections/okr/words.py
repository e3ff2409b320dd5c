"""Objectives, key results and check-ins in words: sentences of history, what is asked of people."""

from typing import Final

from projections.history.words import Said, day, shown
from projections.obligations.words import Ask

ASKS: Final = {"answer": Ask("Answer the proposal", "to answer the proposal")}

# --- objectives -----------------------------------------------------------------------------------


def drafted(s: Said) -> str:
    how = "carried over" if s.says.get("carried") else "drafted"
    return f"{s.actor} {how} the objective “{s.title}” ({s.after['ambition']})"


def proposed(s: Said) -> str:
    again = f", round {s.says['round']}" if s.says["round"] > 1 else ""
    return f"{s.actor} proposed “{s.title}”{again}"


def countered(s: Said) -> str:
    return f"{s.actor} countered “{s.title}”: {s.after['countered']}"


def withdrawn(s: Said) -> str:
    return f"{s.actor} withdrew “{s.title}” to draft"


def agreed(s: Said) -> str:
    return f"{s.actor} accepted “{s.title}”"


def activated(s: Said) -> str:
    return f"{s.actor} activated “{s.title}”"


def dropped(s: Said) -> str:
    return f"{s.actor} dropped “{s.title}”"


def merged(s: Said) -> str:
    return f"{s.actor} merged “{s.title}” into “{s.says.get('into') or 'another objective'}”"


def graded(s: Said) -> str:
    return f"{s.actor} graded “{s.title}”: {s.moved('grade')}"


def left_ungraded(s: Said) -> str:
    return f"“{s.title}” was left ungraded"


def grades_locked(s: Said) -> str:
    return f"The grades of “{s.title}” were locked"


def closed(s: Said) -> str:
    return f"{s.actor} closed “{s.title}”"


def carried_over(s: Said) -> str:
    return f"{s.actor} carried “{s.title}” over into the next cycle ({s.says['decision']})"


# --- key results ----------------------------------------------------------------------------------


def key_result_added(s: Said) -> str:
    return f"{s.actor} added the key result “{s.title}” ({shown(s.after['kind'])})"


def checked_in(s: Said) -> str:
    return _reading(s, "checked in")


def corrected(s: Said) -> str:
    return _reading(s, "corrected a check-in on")


def _reading(s: Said, verb: str) -> str:
    if "value" in s.after:
        reading = s.moved("value")
    elif "milestones_done" in s.after:
        reading = f"done so far: {shown(s.after['milestones_done'])}"
    elif "zone" in s.after:
        reading = s.moved("zone")
    else:
        reading = "done" if s.after.get("done") else "not done yet"
    confidence = s.after.get("confidence")
    tail = "" if confidence is None else f", confidence {shown(confidence)}"
    as_of = f", as of {day(s.says['as_of'])}" if s.says.get("as_of") else ""
    late = " (late: it changes no grade)" if s.says.get("late") else ""
    note = f". “{s.says['note']}”" if s.says.get("note") else ""
    return f"{s.actor} {verb} “{s.title}”: {reading}{tail}{as_of}{late}{note}"


def retargeted(s: Said) -> str:
    return (
        f"{s.actor} moved the target of “{s.title}”: {s.moved('target')} ({shown(s.says['why'])})"
    )


def reweighted(s: Said) -> str:
    was, now = shown(s.before.get("weight")), shown(s.after["weight"])
    return f"{s.actor} changed the weight of “{s.title}”: {was} → {now}"


def converted(s: Said) -> str:
    return f"{s.actor} turned the baseline of “{s.title}” into {shown(s.after['kind'])}"


def key_result_dropped(s: Said) -> str:
    return f"{s.actor} dropped the key result “{s.title}”"


# --- rosters --------------------------------------------------------------------------------------


def place_claimed(s: Said) -> str:
    return f"“{s.title}” took its place in the cycle"


def place_released(s: Said) -> str:
    return f"“{s.title}” gave its place in the cycle free"
