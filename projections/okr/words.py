"""Objectives, key results and check-ins in words: sentences of history, what is asked of people."""

from typing import Final

from projections.history.words import Said, day, out_of_ten, quoted, shown
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
    how = "as it is" if s.says["decision"] == "keep" else "to be changed there"
    return f"{s.actor} carried “{s.title}” over into the next cycle, {how}"


def deleted(s: Said) -> str:
    return f"{s.actor} deleted the draft “{s.title}”"


def reinstated(s: Said) -> str:
    return f"{s.actor} brought “{s.title}” back: {shown(s.after['state'])}"


def deactivated(s: Said) -> str:
    return f"{s.actor} took the activation of “{s.title}” back"


# --- key results ----------------------------------------------------------------------------------


def key_result_added(s: Said) -> str:
    return f"{s.actor} added the key result “{s.title}” ({shown(s.after['kind'])})"


def checked_in(s: Said) -> str:
    return _reading(s, "checked in")


def corrected(s: Said) -> str:
    return _reading(s, "corrected a check-in on")


def _reading(s: Said, verb: str) -> str:
    if "value" in s.after:
        reading = _read(s, "value")
    elif "milestones_done" in s.after:
        reading = f"done so far: {shown(s.after['milestones_done'])}"
    elif "zone" in s.after:
        reading = _read(s, "zone")
    else:
        reading = "done" if s.after.get("done") else "not done yet"
    confidence = s.after.get("confidence")
    tail = "" if confidence is None else f", confidence {out_of_ten(confidence)}"
    as_of = f", as of {day(s.says['as_of'])}" if s.says.get("as_of") else ""
    late = " (late: it changes no grade)" if s.says.get("late") else ""
    note = f". {quoted(s.says['note'])}" if s.says.get("note") else ""
    return f"{s.actor} {verb} “{s.title}”: {reading}{tail}{as_of}{late}{note}"


def _read(s: Said, field: str) -> str:
    """What stayed as it was is said once."""
    same = field in s.before and s.before[field] == s.after[field]
    return f"still {s.now(field)}" if same else s.moved(field)


def retargeted(s: Said) -> str:
    return (
        f"{s.actor} moved the target of “{s.title}”: {s.moved('target')} ({shown(s.says['why'])})"
        f"{_since(s)}"
    )


def reweighted(s: Said) -> str:
    was, now = shown(s.before.get("weight")), shown(s.after["weight"])
    return f"{s.actor} changed the weight of “{s.title}”: {was} → {now}{_since(s)}"


def converted(s: Said) -> str:
    if s.before.get("kind") == "establish_baseline":
        aim = _measures(s, without="kind")
        return f"{s.actor} said what “{s.title}” is to reach from its baseline on: {aim}{_since(s)}"
    return f"{s.actor} measures “{s.title}” another way from here on: {_measures(s)}{_since(s)}"


def key_result_dropped(s: Said) -> str:
    return f"{s.actor} dropped the key result “{s.title}”{_since(s)}"


def _since(s: Said) -> str:
    """What was said to count from an earlier day on."""
    return f", counting from {day(s.says['since'])}" if s.says.get("since") else ""


def key_result_reinstated(s: Said) -> str:
    return f"{s.actor} brought the dropped key result “{s.title}” back"


def check_in_withdrawn(s: Said) -> str:
    late = " (late: it changes no grade)" if s.says.get("late") else ""
    return f"{s.actor} withdrew a check-in on “{s.title}”{late}: {quoted(s.says['because'])}"


def measure_corrected(s: Said) -> str:
    return f"{s.actor} corrected the measure of “{s.title}” from its start: {_measures(s)}"


def _measures(s: Said, without: str | None = None) -> str:
    """What a measure says that it did not say before."""
    told = [
        f"{_MEASURED[name]} {s.moved(name) if name != 'kind' else _changed(s, name)}"
        for name in _MEASURED
        if name in s.after and name != without and s.before.get(name) != s.after[name]
    ]
    return ", ".join(told) or shown(s.after.get("kind"))


_MEASURED: Final = {
    "kind": "kind",
    "baseline": "baseline",
    "target": "target",
    "lower": "lower bound",
    "upper": "upper bound",
}

# --- edits ----------------------------------------------------------------------------------------


def renamed(s: Said) -> str:
    return f"{s.actor} renamed “{shown(s.before.get('title'))}” to “{s.after['title']}”"


def described(s: Said) -> str:
    if s.after["description"] is None:
        return f"{s.actor} took the description of “{s.title}” away"
    verb = "described" if s.before.get("description") is None else "rewrote the description of"
    return f"{s.actor} {verb} “{s.title}”"


def linked(s: Said) -> str:
    titles = ", ".join(f"“{each['title']}”" for each in s.after["links"])
    return f"{s.actor} set the links of “{s.title}”: {titles or 'none'}"


def tagged(s: Said) -> str:
    return f"{s.actor} tagged “{s.title}”: {_changed(s, 'tags')}"


def reassigned(s: Said) -> str:
    to = s.people() if s.says["people"] else "whoever owns the objective"
    was = s.before.get("owner_id")
    before = "" if was is None else f" from {s.name(was)}"
    return f"{s.actor} handed “{s.title}” over{before} to {to}"


def moved(s: Said) -> str:
    told = []
    if s.before.get("team_id") != s.after["team_id"]:
        told.append(f"the team “{s.says['team']}”" if s.says.get("team") else "its owner alone")
    if s.before.get("cycle_id") != s.after["cycle_id"]:
        told.append(f"the cycle “{s.says['cycle']}”")
    return f"{s.actor} moved “{s.title}” to {' and '.join(told) or 'where it was'}"


def aligned(s: Said) -> str:
    titles = [title for name, title in s.says.items() if name.startswith("supported_") and title]
    told = ", ".join(f"“{each}”" for each in titles)
    return f"{s.actor} set what “{s.title}” supports: {told or 'nothing'}"


def ambition_changed(s: Said) -> str:
    return f"{s.actor} changed the ambition of “{s.title}”: {_changed(s, 'ambition')}"


def contributors_named(s: Said) -> str:
    return f"{s.actor} named who contributes to “{s.title}”: {s.people()}"


def reviewer_named(s: Said) -> str:
    return f"{s.actor} named who reviews “{s.title}”: {s.people()}"


def sponsors_named(s: Said) -> str:
    return f"{s.actor} named who sponsors “{s.title}”: {s.people()}"


def rescheduled(s: Said) -> str:
    told = [
        f"{word} {_changed(s, name)}"
        for name, word in (("starts_on", "start"), ("due_on", "due date"))
        if s.before.get(name) != s.after[name]
    ]
    return f"{s.actor} rescheduled “{s.title}”: {', '.join(told) or 'as it was'}"


def indicator_named(s: Said) -> str:
    return f"{s.actor} said which kind of indicator “{s.title}” is: {_changed(s, 'indicator')}"


def capacity_judged(s: Said) -> str:
    return f"{s.actor} judged the capacity for “{s.title}”: {_changed(s, 'capacity')}"


def milestone_renamed(s: Said) -> str:
    return f"{s.actor} renamed a milestone of “{s.title}”: {_changed(s, 'milestone')}"


def _changed(s: Said, field: str) -> str:
    """``old → new``, or only the new value when there was none."""
    new, old = shown(s.after.get(field)), s.before.get(field)
    return new if old is None else f"{shown(old)} → {new}"


# --- rosters --------------------------------------------------------------------------------------


def place_claimed(s: Said) -> str:
    return f"“{s.title}” took its place in the cycle"


def support_claimed(s: Said) -> str:
    return f"“{s.title}” supports something in another cycle"


def place_released(s: Said) -> str:
    return f"“{s.title}” gave its place in the cycle free"
