"""The descriptor of the organisation."""

from typing import Final

from domain.people import organisation as o
from domain.thing import Thing, on, when

THING: Final[Thing[o.Organisation]] = Thing(
    "organisation",
    o.INITIAL,
    facts=(
        when(o.OrganisationRenamed, o.renamed),
        when(o.OrganisationTimezoneChosen, o.timezone_chosen),
        when(o.OrganisationLocaleChosen, o.locale_chosen),
        when(o.FiscalYearChosen, o.fiscal_year_chosen),
        when(o.WorkdaysChosen, o.workdays_chosen),
        when(o.HolidaysPublished, o.holidays_published),
    ),
    commands=(
        on(o.DescribeOrganisation, o.decide_describe, permits="administer"),
        on(o.PublishHolidays, o.decide_publish, permits="administer"),
    ),
    only=o.STREAM.partition("/")[2],
)
