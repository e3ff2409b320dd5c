"""Obstacles, actions and boards in words: sentences of history, and what is asked of people."""

from typing import Final

from projections.history.words import Said, shown
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
    asked = f"“{s.says['under']}”" if s.says.get("under") else f"“{s.title}”"
    return f"{s.actor} answered why {asked}: {s.after['answer']}"


def cause_noted(s: Said) -> str:
    return f"{s.actor} noted a cause of “{s.title}” ({s.says['category']}): {s.says['text']}"


def root_cause_chosen(s: Said) -> str:
    cause = s.says.get("root_cause")
    return f"{s.actor} named the root cause of “{s.title}”" + (f": {cause}" if cause else "")


def resolved(s: Said) -> str:
    return f"{s.actor} resolved “{s.title}”: {s.after['result']}"


def reopened(s: Said) -> str:
    return f"{s.actor} reopened “{s.title}”"


# --- actions --------------------------------------------------------------------------------------


def opened(s: Said) -> str:
    return f"{s.actor} opened the {shown(s.says['kind'])} “{s.title}”"


def moved(s: Said) -> str:
    return f"{s.actor} moved “{s.title}”: {s.moved('column')}"


def reminded(s: Said) -> str:
    return f"Reminder of “{s.title}” to the {s.says['level']}"


def effect_asked(s: Said) -> str:
    return f"The effect of “{s.title}” is due to be verified"


def verified(s: Said) -> str:
    judgement = "effective" if s.after["effective"] else "without effect"
    return f"{s.actor} found “{s.title}” {judgement}: {s.after['result']}"


# --- boards ---------------------------------------------------------------------------------------


def board_defined(s: Said) -> str:
    return f"{s.actor} set up the board of {s.says.get('team') or 'the team'}: {s.after['columns']}"


def card_placed(s: Said) -> str:
    return f"“{s.title}” was placed in {shown(s.says['column'])}"


def limit_breached(s: Said) -> str:
    of = f"{s.says['count']} of {s.says['limit']}"
    return f"“{s.title}” passed the limit of {shown(s.says['column'])} ({of})"
