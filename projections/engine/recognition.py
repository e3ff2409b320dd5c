"""Recognises that the log is not the one the views were made from, and begins them anew.

A backup that was put back, a write-ahead log that was lost: from then on rows speak of facts that
are not in the log. Nobody may read them again, not even the past, for where the two logs part is
not known. So the generation is withdrawn at once, and a new one begins at position 0.
"""

import logging

from journal.log import Journal
from projections.engine import followers, succession
from projections.engine.followers import Follower, divergence, fact_id
from projections.engine.moments import CODE, LOG, MOMENTS
from projections.engine.stores import snapshot, writing
from projections.engine.view_store import ViewStore

log = logging.getLogger(__name__)


def recognise(journal: Journal, views: ViewStore) -> bool:
    """Withdraws every generation that is not of this log; whether there was one.

    Views of which this release has code begin anew, with the reason to be read in ``health``.
    """
    with snapshot(views.engine) as connection:
        known = [each for each in followers.every(connection) if each.generation]
    # Most stand at the same place, so the log is asked once or twice.
    places = {(each.position, each.event_id) for each in known}
    reasons = {place: divergence(*place, lambda at: fact_id(journal, at)) for place in places}
    found = False
    for each in known:
        reason = reasons[each.position, each.event_id]
        if reason is not None:
            found = _begin_anew(views, each, reason) or found
    return found


def _begin_anew(views: ViewStore, lost: Follower, reason: str) -> bool:
    mine = {each.name: (views.code(each), each.tables) for each in views.projections}
    mine[LOG] = (CODE, (MOMENTS,))
    with writing(views.engine) as connection:
        now = followers.get(connection, lost.name, lost.generation)
        if now is None or (now.position, now.event_id) != (lost.position, lost.event_id):
            return True  # another process saw it too
        succession.withdraw(connection, lost.name, lost.generation)
        code, tables = mine.get(lost.name, (None, ()))
        others = followers.every(connection)
        if code is not None and not any((o.name, o.code) == (lost.name, code) for o in others):
            succession.begin(connection, lost.name, code, tables, reason)
    log.warning("the view %s is withdrawn and made anew: %s", lost.name, reason)
    return True
