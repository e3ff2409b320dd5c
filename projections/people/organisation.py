"""The view of the organisation: one row with its folded state, and its history."""

from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Column, Integer, Text

from domain.people import organisation as o
from domain.people.organisation import Organisation
from domain.people.organisation_thing import THING
from projections.engine.versions import versioned
from projections.history.change import Change
from projections.people import words
from projections.stored import Stored
from projections.view import View, tell

ORGANISATION = versioned(
    "organisation",
    Column("organisation_id", Text, primary_key=True),
    Column("timezone", Text),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)

ONE: Final = o.STREAM.partition("/")[2]
"""The id of the one organisation of a log."""

STORED: Final[Stored[Organisation]] = Stored(
    THING,
    ORGANISATION,
    TypeAdapter(Organisation),
    columns=lambda state: {"timezone": state.timezone},
)

# --- what history tells ---------------------------------------------------------------------------


def _said(**sets: Any) -> Change:
    return Change("organisation", ONE, sets)


def _holidays(fact: o.HolidaysPublished) -> Change:
    days = [day.on.isoformat() for day in fact.days]
    sets = {"days": days}
    says = {"calendar": fact.calendar}
    return Change("organisation", ONE, sets, says, part=("holidays", fact.calendar))


VIEW: Final[View[Organisation]] = View(
    THING,
    "people",
    tables=(ORGANISATION,),
    stored=STORED,
    telling=(
        tell(o.OrganisationRenamed, lambda fact: _said(title=fact.name), words.renamed),
        tell(
            o.OrganisationTimezoneChosen,
            lambda fact: _said(timezone=fact.timezone),
            words.timezone_chosen,
            mark="policy",
        ),
        tell(
            o.OrganisationLocaleChosen, lambda fact: _said(locale=fact.locale), words.locale_chosen
        ),
        tell(
            o.FiscalYearChosen,
            lambda fact: _said(fiscal_start_month=fact.first_month, fiscal_label=fact.label),
            words.fiscal_year_chosen,
            mark="policy",
        ),
        tell(
            o.WorkdaysChosen,
            lambda fact: _said(workdays=list(fact.workdays)),
            words.workdays_chosen,
            mark="policy",
        ),
        tell(o.HolidaysPublished, _holidays, words.holidays_published, mark="policy"),
    ),
)
