"""Who stands in for whom on a day, as the log knew it at a moment (RULES B18)."""

from collections.abc import Mapping
from datetime import date

from domain.ids import PersonId
from domain.people.person import stand_in
from projections.engine.moment import Moment
from projections.engine.reading import Reading
from projections.people.organisation import ONE, ORGANISATION
from projections.people.person import ABSENCES


def deputies(look: Reading, moment: Moment, day: date) -> Mapping[str, str]:
    """Who is asked on ``day`` instead of each person who is away then."""
    c = ABSENCES.c
    rows = look.rows(ABSENCES, moment, c.starts_on <= day, c.ends_on >= day)
    named = {PersonId(row["person_id"]): PersonId(row["deputy_id"]) for row in rows}
    found = {person_id: stand_in(person_id, named.get) for person_id in named}
    return {away: deputy for away, deputy in found.items() if deputy is not None}


def chosen_zone(look: Reading, moment: Moment) -> str | None:
    """The organisation's time zone, if it chose one by then."""
    row = look.one(ORGANISATION, (ONE,), moment)
    return None if row is None else row["timezone"]
