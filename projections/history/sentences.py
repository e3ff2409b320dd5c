"""History in sentences: who did what to which thing, with the numbers that moved.

One sentence a type of fact; names come from whoever reads, so nothing here knows the directory.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from projections.cycle.milestone_words import milestone_words

Name = Callable[[str], str]
"""A person's id to a name to show."""


@dataclass(frozen=True, slots=True)
class Said:
    """One row of history, ready to be put into words."""

    actor: str
    title: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    says: Mapping[str, Any]
    unit: str
    name: Name

    def moved(self, field: str) -> str:
        """``84 → 87.5 %``, or only the new value when there was none."""
        new = shown(self.after.get(field))
        old = self.before.get(field)
        unit = f" {self.unit}" if self.unit else ""
        return f"{new}{unit}" if old is None else f"{shown(old)} → {new}{unit}"

    def people(self) -> str:
        """``Ada Ndiaye, Jo Berg and 3 more``."""
        names = [self.name(one) for one in self.says.get("people", ())]
        count = self.says.get("count")
        if count and not names:
            return f"{count} people" if count > 1 else "1 person"
        if len(names) > 3:
            return f"{', '.join(names[:2])} and {len(names) - 2} more"
        return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "nobody"


def shown(value: Any) -> str:
    """A value as people read it."""
    match value:
        case None:
            return "–"
        case True:
            return "yes"
        case False:
            return "no"
        case float():
            return f"{value:.15g}"
        case list():
            return ", ".join(shown(one) for one in value) or "none"
        case _:
            return str(value).replace("_", " ")


def day(instant: str) -> str:
    """An instant's date, in UTC."""
    return instant[:10]


def minute(instant: str | None) -> str:
    """An instant to the minute, in UTC."""
    return f"{instant[:16].replace('T', ' ')} UTC" if instant else "–"


ASKED = MappingProxyType(
    {
        "objectives": "to draft objectives",
        "agreement": "to agree on objectives",
        "commitment": "to commit",
        "check_in": "to check in",
        "adjustment": "for adjustments",
        "grades": "to grade",
        "lessons": "for lessons",
    }
)
LEVEL = MappingProxyType(
    {
        "owner": "the owners",
        "lead": "the team leads",
        "sponsor": "the sponsors",
        "coordinator": "the coordinator",
    }
)


def _checked_in(s: Said, verb: str) -> str:
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


def _drafted(s: Said) -> str:
    how = "carried over" if s.says.get("carried") else "drafted"
    return f"{s.actor} {how} the objective “{s.title}” ({s.after['ambition']})"


def _verified(s: Said) -> str:
    found = "effective" if s.after["effective"] else "without effect"
    return f"{s.actor} found “{s.title}” {found}: {s.after['result']}"


def _reminded(s: Said) -> str:
    heard = LEVEL[s.says["level"]]
    return f"{s.title} reminded {s.people()} {ASKED[s.says['asked']]}; told {heard}"


def _milestone(s: Said) -> str:
    late = s.says.get("late_by") or 0
    reached = milestone_words(s.says["milestone"])
    return f"{s.title} reached {reached}" + (f", {late} s late" if late else "")


def _rescheduled(s: Said) -> str:
    phase = s.says["phase"]
    was, now = (minute(fields.get(f"{phase} ends")) for fields in (s.before, s.after))
    return f"{s.actor} moved the end of the {phase} phase of {s.title}: {was} → {now}"


def _resumed(s: Said) -> str:
    days = s.says["days"]
    moved = f"moved by {days} working day{'' if days == 1 else 's'}" if days else "stay"
    return f"{s.actor} resumed {s.title}; deadlines {moved}"


def _why(s: Said) -> str:
    asked = f"“{s.says['under']}”" if s.says.get("under") else f"“{s.title}”"
    return f"{s.actor} answered why {asked}: {s.after['answer']}"


def _root_cause(s: Said) -> str:
    cause = s.says.get("root_cause")
    return f"{s.actor} named the root cause of “{s.title}”" + (f": {cause}" if cause else "")


def _limit(s: Said) -> str:
    of = f"{s.says['count']} of {s.says['limit']}"
    return f"“{s.title}” passed the limit of {shown(s.says['column'])} ({of})"


SENTENCES: Mapping[str, Callable[[Said], str]] = MappingProxyType(
    {
        "people.person-joined": lambda s: f"{s.actor} added {s.title}",
        "people.team-formed": lambda s: f"{s.actor} formed {s.title} ({s.after['kind']})",
        "people.member-added": lambda s: (
            f"{s.actor} made {s.name(s.says['person'])} {s.after['role']} of {s.title}"
        ),
        "people.member-removed": lambda s: (
            f"{s.actor} took {s.name(s.says['person'])} out of {s.title}"
        ),
        "cycle.cycle-planned": lambda s: (
            f"{s.actor} planned {s.title}, {s.after['starts_on']} to {s.after['ends_on']}"
        ),
        "cycle.cycle-started": lambda s: f"{s.actor} started {s.title}",
        "cycle.timetable-published": lambda s: (
            f"Timetable {s.after['timetable']} of {s.title}: {s.says['count']} milestones"
        ),
        "cycle.phase-rescheduled": _rescheduled,
        "cycle.milestone-reached": _milestone,
        "cycle.phase-entered": lambda s: (
            f"{s.title} entered {s.after['phase']} ({s.after['state']})"
        ),
        "cycle.people-asked": lambda s: f"{s.title} asked {s.people()} {ASKED[s.says['asked']]}",
        "cycle.people-reminded": _reminded,
        "cycle.owed-listed": lambda s: (
            f"{s.title} asked {s.people()} {ASKED[s.says['asked']]}"
            if s.says["level"] is None
            else _reminded(s)
        ),
        "cycle.adjustment-opened": lambda s: f"{s.title} opened its mid-cycle window",
        "cycle.adjustment-closed": lambda s: f"{s.title} closed its mid-cycle window",
        "cycle.grading-locked": lambda s: f"{s.title} locked its grades",
        "cycle.cycle-paused": lambda s: f"{s.actor} paused {s.title}",
        "cycle.cycle-resumed": _resumed,
        "cycle.cycle-closed": lambda s: f"{s.title} closed",
        "cycle.cycle-reopened": lambda s: f"{s.actor} reopened {s.title}",
        "okr.objective-drafted": _drafted,
        "okr.objective-proposed": lambda s: (
            f"{s.actor} proposed “{s.title}”"
            + (f", round {s.says['round']}" if s.says["round"] > 1 else "")
        ),
        "okr.objective-countered": lambda s: (
            f"{s.actor} countered “{s.title}”: {s.after['countered']}"
        ),
        "okr.objective-withdrawn": lambda s: f"{s.actor} withdrew “{s.title}” to draft",
        "okr.objective-agreed": lambda s: f"{s.actor} accepted “{s.title}”",
        "okr.objective-activated": lambda s: f"{s.actor} activated “{s.title}”",
        "okr.objective-dropped": lambda s: f"{s.actor} dropped “{s.title}”",
        "okr.objective-merged": lambda s: (
            f"{s.actor} merged “{s.title}” into “{s.says.get('into') or 'another objective'}”"
        ),
        "okr.objective-graded": lambda s: f"{s.actor} graded “{s.title}”: {s.moved('grade')}",
        "okr.objective-left-ungraded": lambda s: f"“{s.title}” was left ungraded",
        "okr.grades-locked": lambda s: f"The grades of “{s.title}” were locked",
        "okr.objective-closed": lambda s: f"{s.actor} closed “{s.title}”",
        "okr.objective-carried-over": lambda s: (
            f"{s.actor} carried “{s.title}” over into the next cycle ({s.says['decision']})"
        ),
        "okr.key-result-added": lambda s: (
            f"{s.actor} added the key result “{s.title}” ({shown(s.after['kind'])})"
        ),
        "okr.check-in-recorded": lambda s: _checked_in(s, "checked in"),
        "okr.check-in-corrected": lambda s: _checked_in(s, "corrected a check-in on"),
        "okr.key-result-retargeted": lambda s: (
            f"{s.actor} moved the target of “{s.title}”: {s.moved('target')} "
            f"({shown(s.says['why'])})"
        ),
        "okr.key-result-reweighted": lambda s: (
            f"{s.actor} changed the weight of “{s.title}”: "
            f"{shown(s.before.get('weight'))} → {shown(s.after['weight'])}"
        ),
        "okr.key-result-converted": lambda s: (
            f"{s.actor} turned the baseline of “{s.title}” into {shown(s.after['kind'])}"
        ),
        "okr.key-result-dropped": lambda s: f"{s.actor} dropped the key result “{s.title}”",
        "okr.place-claimed": lambda s: f"“{s.title}” took its place in the cycle",
        "okr.place-released": lambda s: f"“{s.title}” gave its place in the cycle free",
        "lean.obstacle-raised": lambda s: (
            f"{s.actor} raised the obstacle “{s.title}” ({s.after['severity']})"
        ),
        "lean.obstacle-acknowledged": lambda s: f"{s.actor} took on “{s.title}”",
        "lean.obstacle-escalated": lambda s: f"“{s.title}” was brought to the {s.after['level']}",
        "lean.why-answered": _why,
        "lean.cause-noted": lambda s: (
            f"{s.actor} noted a cause of “{s.title}” ({s.says['category']}): {s.says['text']}"
        ),
        "lean.root-cause-chosen": _root_cause,
        "lean.obstacle-resolved": lambda s: f"{s.actor} resolved “{s.title}”: {s.after['result']}",
        "lean.obstacle-reopened": lambda s: f"{s.actor} reopened “{s.title}”",
        "lean.action-opened": lambda s: f"{s.actor} opened the {shown(s.says['kind'])} “{s.title}”",
        "lean.action-moved": lambda s: f"{s.actor} moved “{s.title}”: {s.moved('column')}",
        "lean.action-reminded": lambda s: f"Reminder of “{s.title}” to the {s.says['level']}",
        "lean.effect-asked": lambda s: f"The effect of “{s.title}” is due to be verified",
        "lean.action-verified": _verified,
        "lean.action-reopened": lambda s: f"{s.actor} reopened “{s.title}”",
        "lean.board-defined": lambda s: (
            f"{s.actor} set up the board of {s.says.get('team') or 'the team'}: "
            f"{s.after['columns']}"
        ),
        "lean.card-placed": lambda s: f"“{s.title}” was placed in {shown(s.says['column'])}",
        "lean.limit-breached": _limit,
    }
)
"""By wire name; a test holds it complete."""


def sentence(type_: str, said: Said) -> str:
    """The sentence of one row of history."""
    return SENTENCES[type_](said)
