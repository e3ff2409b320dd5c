"""Ids sort by time, and derived ones come out the same for ever."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from journal.clock import SystemClock
from journal.ids import derived_id, id_for, is_for, made_at, new_id


def test_new_ids_are_version_7_and_sort_by_their_instant() -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    ids = [new_id(start + timedelta(milliseconds=n)) for n in range(100)]
    assert ids == sorted(ids)
    assert {UUID(each).version for each in ids} == {7}
    assert UUID(ids[3]).int >> 80 == int(start.timestamp() * 1000) + 3


def test_new_ids_never_meet() -> None:
    at = SystemClock().now()
    assert len({new_id(at) for _ in range(10_000)}) == 10_000
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_derived_ids_never_change() -> None:
    # Stored in every log: this value must hold in all releases.
    assert derived_id("cycle/1", "week-03.ask@1") == "977a99f2-d626-5e00-8fd2-3e7c29edcb08"


def test_parts_do_not_run_into_each_other() -> None:
    assert derived_id("a", "bc") != derived_id("ab", "c") != derived_id("abc")


def test_the_clock_says_aware_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_derived_ids_are_uuids_of_version_5() -> None:
    namespace = UUID("6f1d3c52-9f0b-5d5e-8a38-6b1f6a4a7e10")
    for parts in (("a",), ("a", "bc"), ("Ω", "")):
        name = "".join(f"{len(part)}:{part}" for part in parts)
        assert derived_id(*parts) == str(uuid5(namespace, name))


def test_an_id_for_a_request_is_known_again_whenever_it_was_made() -> None:
    at = datetime(2026, 1, 5, 9, 30, 0, 250_000, tzinfo=UTC)
    one = id_for("request", at)
    assert UUID(one).version == 7
    assert made_at(one) == at
    assert is_for(one, "request")
    assert is_for(id_for("request", at + timedelta(days=1)), "request")
    assert not is_for(one, "another")
    assert not is_for(new_id(at), "request")
