"""The view of people's desks: what history tells of them, and what their owners choose to hear of.

A desk has no rows of its own: it is read by its owner alone, whole, from the log.
"""

from collections.abc import Iterator
from typing import Any, Final

from domain.desk import desk as d
from domain.desk import following, inbox, saved_views
from domain.desk.desk import Desk
from domain.desk.desk_thing import THING
from domain.facts import Envelope
from projections.desk import words
from projections.engine.versions import Change as RowChange
from projections.engine.versions import Rows
from projections.handling import on
from projections.history.change import Change
from projections.notifications.rows import interest
from projections.view import View, tell

# --- what history tells ---------------------------------------------------------------------------


def _said(fact: d.DeskFact, sets: dict[str, Any] | None = None) -> Change:
    return Change("person", fact.person_id, sets or {}, part=("desk", fact.person_id))


def _chosen(fact: following.ThingFollowed | following.ThingUnfollowed) -> Change:
    about = fact.about
    refers = {"thing": (about.kind, about.id, "title")}
    says = {"kind": about.kind}
    return Change("person", fact.person_id, {}, says, refers, part=("desk", fact.person_id))


def _settings(fact: inbox.NotificationSettingsChosen) -> Change:
    return _said(fact, fact.settings.model_dump(mode="json"))


def _view(
    fact: saved_views.ViewSaved
    | saved_views.ViewRenamed
    | saved_views.ViewReaddressed
    | saved_views.ViewStarred
    | saved_views.ViewDiscarded,
    **sets: Any,
) -> Change:
    return Change("person", fact.person_id, sets, part=("saved_view", fact.view_id))


# --- what they choose to hear of ------------------------------------------------------------------


def _followed(fact: following.ThingFollowed, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from interest(rows, fact.person_id, (fact.about.kind, fact.about.id), chosen=True)


def _unfollowed(fact: following.ThingUnfollowed, _: Envelope, rows: Rows) -> Iterator[RowChange]:
    yield from interest(rows, fact.person_id, (fact.about.kind, fact.about.id), chosen=False)


VIEW: Final[View[Desk]] = View(
    THING,
    telling=(
        tell(following.ThingFollowed, _chosen, words.followed),
        tell(following.ThingUnfollowed, _chosen, words.unfollowed),
        tell(inbox.NotificationsRead, _said, words.read, technical=True),
        tell(inbox.NotificationSettingsChosen, _settings, words.settings_chosen, technical=True),
        tell(inbox.HomeVisited, _said, words.visited, technical=True),
        tell(
            saved_views.ViewSaved,
            lambda fact: _view(fact, name=fact.name, address=fact.address, starred=fact.starred),
            words.view_saved,
        ),
        tell(saved_views.ViewRenamed, lambda fact: _view(fact, name=fact.name), words.view_renamed),
        tell(
            saved_views.ViewReaddressed,
            lambda fact: _view(fact, address=fact.address),
            words.view_readdressed,
        ),
        tell(
            saved_views.ViewStarred,
            lambda fact: _view(fact, starred=fact.starred),
            words.view_starred,
        ),
        tell(
            saved_views.ViewDiscarded,
            lambda fact: _view(fact, discarded=True),
            words.view_discarded,
        ),
    ),
    concerns=(
        on(following.ThingFollowed, _followed),
        on(following.ThingUnfollowed, _unfollowed),
    ),
)
