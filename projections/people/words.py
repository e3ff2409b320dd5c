"""The organisation, people and teams in words: sentences of history."""

from calendar import month_name

from domain.people.organisation import OWN_CALENDAR
from projections.history.words import Said, day, shown, week


def joined(s: Said) -> str:
    return f"{s.actor} added {s.title}"


def formed(s: Said) -> str:
    return f"{s.actor} formed {s.title} ({s.after['kind']})"


def member_added(s: Said) -> str:
    role = s.after["role"]
    part = "a member" if role == "member" else role
    return f"{s.actor} made {s.name(s.says['person'])} {part} of {s.title}"


def member_removed(s: Said) -> str:
    return f"{s.actor} took {s.name(s.says['person'])} out of {s.title}"


def _calendar(s: Said) -> str:
    """Which holidays somebody goes by, and which it was before."""
    new = s.after["calendar"]
    old = f" instead of {s.before['calendar']}" if s.before.get("calendar") else ""
    return f"{new or 'the organisation'}{old}" if new else f"the organisation's own holidays{old}"


def team_calendar_named(s: Said) -> str:
    return f"{s.actor} let {s.title} go by {_calendar(s)}"


def person_calendar_named(s: Said) -> str:
    return f"{s.actor} let {s.title} go by {_calendar(s)}"


def person_renamed(s: Said) -> str:
    return f"{s.actor} changed the name of {s.title}"


def person_readdressed(s: Said) -> str:
    return f"{s.actor} changed the e-mail address of {s.title}"


def person_deactivated(s: Said) -> str:
    return f"{s.actor} deactivated {s.title}"


def person_reactivated(s: Said) -> str:
    return f"{s.actor} made {s.title} active again"


def things_handed_over(s: Said) -> str:
    count = s.says["count"]
    things = "1 thing" if count == 1 else f"{count} things"
    return f"{s.actor} handed over {things} of {s.title} to {s.name(s.says['person'])}"


def described(s: Said) -> str:
    new = s.after.get("description")
    if new is None:
        return f"{s.actor} took away the description of {s.title}"
    changed = "changed the description of" if s.before.get("description") else "described"
    return f"{s.actor} {changed} {s.title}"


def linked(s: Said) -> str:
    return f"{s.actor} changed the links of {s.title}"


def team_renamed(s: Said) -> str:
    before = s.before.get("title")
    if before is None:
        return f"{s.actor} renamed a team to “{s.after['title']}”"
    return f"{s.actor} renamed the team “{before}” to “{s.after['title']}”"


def team_kind_chosen(s: Said) -> str:
    return f"{s.actor} changed the kind of {s.title}: {s.moved('kind')}"


def team_moved(s: Said) -> str:
    above = s.says.get("above")
    return f"{s.actor} moved {s.title} {f'under {above}' if above else 'to the top'}"


def team_dissolved(s: Said) -> str:
    return f"{s.actor} dissolved {s.title}"


def team_restored(s: Said) -> str:
    return f"{s.actor} restored {s.title}"


def absence_planned(s: Said) -> str:
    after = s.after
    return (
        f"{s.title} is away from {day(after['from'])} to {day(after['to'])};"
        f" {s.name(s.says['person'])} stands in"
    )


def absence_withdrawn(s: Said) -> str:
    before = s.before
    away = f" from {day(before['from'])} to {day(before['to'])}" if before.get("from") else ""
    return f"{s.title} is not away{away} after all"


# --- the organisation -----------------------------------------------------------------------------


def renamed(s: Said) -> str:
    before = s.before.get("title")
    return f"{s.actor} called the organisation {s.after['title']}" + (
        f", before {before}" if before else ""
    )


def timezone_chosen(s: Said) -> str:
    return f"{s.actor} set the organisation's time zone: {s.moved('timezone')}"


def locale_chosen(s: Said) -> str:
    return f"{s.actor} set the organisation's language: {s.moved('locale')}"


def fiscal_year_chosen(s: Said) -> str:
    month = month_name[s.after["fiscal_start_month"]]
    before = s.before.get("fiscal_start_month")
    was = f"{month_name[before]} → " if before else ""
    year = f"the year in which it {s.after['fiscal_label']}"
    return f"{s.actor} let the fiscal year begin in {was}{month}, called by {year}"


def workdays_chosen(s: Said) -> str:
    before = s.before.get("workdays")
    was = f"{week(before)} → " if before else ""
    return f"{s.actor} set the working week: {was}{week(s.after['workdays'])}"


def holidays_published(s: Said) -> str:
    before, after = s.before.get("days"), s.after["days"]
    was = "" if before is None else f"{shown(len(before))} → "
    days = f"{was}{len(after)} day{'' if len(after) == 1 else 's'}"
    calendar = s.says["calendar"]
    whose = "the organisation's holidays" if calendar == OWN_CALENDAR else f"holidays “{calendar}”"
    return f"{s.actor} published {whose}: {days}"
