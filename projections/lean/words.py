"""Obstacles, actions and boards in words: sentences of history, and what is asked of people."""

from typing import Final

from projections.history.words import Said, day, quoted, shown
from projections.obligations.words import Ask

OBSTACLE_ASKS: Final = {"obstacle": Ask("Take on the obstacle", "to take on the obstacle")}
ACTION_ASKS: Final = {
    "action": Ask("Finish the action", "to finish the action"),
    "effect": Ask("Verify the effect", "to verify the effect"),
}

# --- obstacles ------------------------------------------------------------------------------------


def raised(s: Said) -> str:
    return f"{s.actor} raised the obstacle “{s.title}” ({s.after['severity']})"


def acknowledged(s: Said) -> str:
    return f"{s.actor} took on “{s.title}”"


def escalated(s: Said) -> str:
    return f"“{s.title}” was brought to the {s.after['level']}"


def why_answered(s: Said) -> str:
    asked = quoted(s.says.get("under") or s.title)
    return f"{s.actor} answered why {asked}: {s.after['answer']}"


def why_reworded(s: Said) -> str:
    return f"{s.actor} reworded an answer about “{s.title}”: {_reworded(s, 'answer')}"


def why_withdrawn(s: Said) -> str:
    return f"{s.actor} took back an answer about “{s.title}”{_was(s, 'answer')}"


def cause_noted(s: Said) -> str:
    return f"{s.actor} noted a cause of “{s.title}” ({s.after['category']}): {s.after['cause']}"


def cause_reworded(s: Said) -> str:
    return f"{s.actor} reworded a cause of “{s.title}”: {_reworded(s, 'cause')}"


def cause_withdrawn(s: Said) -> str:
    return f"{s.actor} took back a cause of “{s.title}”{_was(s, 'cause')}"


def _reworded(s: Said, field: str) -> str:
    return f"{quoted(s.before.get(field))} → {quoted(s.after[field])}"


def _was(s: Said, field: str) -> str:
    return f": {s.before[field]}" if s.before.get(field) else ""


def root_cause_chosen(s: Said) -> str:
    cause = s.says.get("root_cause")
    return f"{s.actor} named the root cause of “{s.title}”" + (f": {cause}" if cause else "")


def root_cause_unmarked(s: Said) -> str:
    cause = s.says.get("root_cause")
    told = f": {cause}" if cause else ""
    return f"{s.actor} no longer sees a root cause of “{s.title}” in this answer{told}"


def resolved(s: Said) -> str:
    return f"{s.actor} resolved “{s.title}”: {s.after['result']}"


def released(s: Said) -> str:
    return f"{s.actor} gave “{s.title}” back"


def ended(s: Said) -> str:
    because = {
        "checked_in": "somebody checked in",
        "dropped": "what it was about was dropped",
        "cycle_closed": "its cycle is over",
    }[s.says["because"]]
    return f"“{s.title}” ended by itself: {because}"


def reassessed(s: Said) -> str:
    return f"{s.actor} changed the severity of “{s.title}”: {s.moved('severity')}"


def classified(s: Said) -> str:
    return f"{s.actor} changed the type of “{s.title}”: {s.moved('type')}"


def next_action_named(s: Said) -> str:
    said = s.after["next_action"]
    if said is None:
        return f"{s.actor} took the next action of “{s.title}” away"
    return f"{s.actor} said what is next about “{s.title}”: {said}"


def reopened(s: Said) -> str:
    return f"{s.actor} reopened “{s.title}”"


# --- actions --------------------------------------------------------------------------------------


def opened(s: Said) -> str:
    return f"{s.actor} opened the {shown(s.after['kind'])} “{s.title}”"


def moved(s: Said) -> str:
    return f"{s.actor} moved “{s.title}”: {s.moved('column')}"


def reminded(s: Said) -> str:
    return f"{s.actor} reminded the {s.says['level']} of “{s.title}”"


def effect_asked(s: Said) -> str:
    return f"The effect of “{s.title}” is due to be verified"


def verified(s: Said) -> str:
    judgement = "effective" if s.after["effective"] else "without effect"
    return f"{s.actor} found “{s.title}” {judgement}: {s.after['result']}"


def blocked(s: Said) -> str:
    named = s.says.get("waits_for")
    waits = (named and quoted(named)) or s.says.get("waits_on")
    tail = f" (waits for {waits})" if waits else ""
    return f"{s.actor} marked “{s.title}” as blocked{tail}: {s.after['blocked']}"


def unblocked(s: Said) -> str:
    return f"{s.actor} unblocked “{s.title}”"


def checklist_written(s: Said) -> str:
    done = f"{s.says['done']} of {s.says['count']} done"
    return f"{s.actor} changed the checklist of “{s.title}”: {done}"


def cancelled(s: Said) -> str:
    return f"{s.actor} cancelled “{s.title}”"


def archived(s: Said) -> str:
    return f"{s.actor} archived “{s.title}”"


def unarchived(s: Said) -> str:
    return f"{s.actor} brought “{s.title}” back from the archive"


def rescheduled(s: Said) -> str:
    was, now = (fields.get("due_on") for fields in (s.before, s.after))
    to = day(now) if now else "no date"
    change = f"{day(was)} → {to}" if was else to
    return f"{s.actor} moved the due date of “{s.title}”: {change}"


def reclassified(s: Said) -> str:
    return f"{s.actor} changed the kind of “{s.title}”: {s.moved('kind')}"


def transferred(s: Said) -> str:
    teams = [s.says.get(word) or "another team" for word in ("from", "team")]
    return f"{s.actor} moved “{s.title}” to another team: {teams[0]} → {teams[1]}"


# --- edits of both --------------------------------------------------------------------------------


def renamed(s: Said) -> str:
    return f"{s.actor} renamed “{s.before.get('title')}” to “{s.title}”"


def described(s: Said) -> str:
    if s.after["description"] is None:
        return f"{s.actor} took the description of “{s.title}” away"
    verb = "changed the description of" if s.before.get("description") else "described"
    return f"{s.actor} {verb} “{s.title}”"


def linked(s: Said) -> str:
    count = len(s.after["links"])
    if not count:
        return f"{s.actor} took all links off “{s.title}”"
    return f"{s.actor} changed the links of “{s.title}”: {count} link{'' if count == 1 else 's'}"


def reassigned(s: Said) -> str:
    person = s.says.get("person")
    to = f"to {s.name(person)}" if person else "to nobody yet"
    return f"{s.actor} gave “{s.title}” {to}"


def related(s: Said) -> str:
    if s.after["about"] is None:
        return f"{s.actor} took “{s.title}” off what it was about"
    thing = s.says.get("thing")
    return f"{s.actor} said that “{s.title}” is about {quoted(thing) if thing else 'another thing'}"


# --- boards ---------------------------------------------------------------------------------------


def board_defined(s: Said) -> str:
    return f"{s.actor} set up the board of {s.says.get('team') or 'the team'}: {s.after['columns']}"


def card_taken_off(s: Said) -> str:
    return f"“{s.title}” left the board"


def card_placed(s: Said) -> str:
    return f"“{s.title}” was placed in {shown(s.says['column'])}"


def limit_breached(s: Said) -> str:
    of = f"{s.says['count']} of {s.says['limit']}"
    return f"“{s.title}” passed the limit of {shown(s.says['column'])} ({of})"
