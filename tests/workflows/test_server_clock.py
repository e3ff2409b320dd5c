"""The border between the organisation's time and the Temporal server's."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from workflows.clock.server_clock import ServerClock


def test_a_shift_over_a_change_of_summer_time_keeps_the_distance():
    summer = datetime(2026, 7, 10, 8, 47, tzinfo=ZoneInfo("Europe/Berlin"))
    clock = ServerClock(timedelta(days=167))
    assert clock.on_server(summer) - summer.astimezone(UTC) == timedelta(days=167)


def test_without_a_shift_nothing_moves():
    at = datetime(2026, 7, 10, 8, 47, tzinfo=UTC)
    assert ServerClock().on_server(at) == at
