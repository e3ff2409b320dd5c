"""What every store promises to the journal; each store's test class inherits all of it.

Subclasses provide the fixture ``url``: an empty store.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from eventsourcing.persistence import PersistenceError
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.facts import Refusal
from domain.text import SealedText
from journal.append import Append, Receipt, Stale, Stored
from journal.errors import JournalUnavailable, KeyReused, StoreNotMigrated, UnstorableValue
from journal.ids import new_id
from journal.log import Journal
from journal.migrate import migrate
from journal.stamps import instant_of
from journal.store import open_journal, open_store
from tests.journal.toy import (
    NOON,
    Added,
    ToyDecider,
    Weigh,
    add,
    look,
    set_ceiling,
    transfer,
)

EVE = NOON - timedelta(days=1)
"""When the commands of facts that are made here by hand were given."""


class Still:
    """A clock that stands still."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


def accepted(answer: Receipt | Refusal) -> Receipt:
    assert isinstance(answer, Receipt), answer
    return answer


class JournalContract:
    """Promises that hold on SQLite and on PostgreSQL alike."""

    @pytest.fixture
    def journal(self, url: str) -> Iterator[Journal]:
        migrate(url)
        with open_journal(url, ToyDecider()) as journal:
            yield journal

    # --- recording -----------------------------------------------------------------------------

    def test_a_recorded_fact_reads_back_with_its_envelope(self, journal: Journal) -> None:
        command = add("a", 2, reason="counted", correlation_id="c-1", causation_id="c-0")
        receipt = accepted(journal.handle(command))
        (envelope,) = journal.read("tally/a")
        assert envelope.fact == Added(tally_id="a", amount=Decimal(2))
        assert (envelope.position, envelope.stream, envelope.version) == (1, "tally/a", 1)
        assert (envelope.type, envelope.schema) == ("toy.added", 3)
        assert envelope.actor == command.by
        assert envelope.recorded_at == NOON
        assert envelope.reason == SealedText("counted")
        assert (envelope.command_id, envelope.correlation_id) == (command.command_id, "c-1")
        assert envelope.causation_id == "c-0"
        assert len(envelope.salt) == 16
        assert receipt == Receipt(command.command_id, "a", "tally/a", 1, 1, 1, "")

    def test_without_a_correlation_the_command_starts_one(self, journal: Journal) -> None:
        command = add("a")
        journal.handle(command)
        assert journal.read("tally/a")[0].correlation_id == command.command_id

    def test_every_salt_is_its_own(self, journal: Journal) -> None:
        for _ in range(5):
            journal.handle(add("a"))
        assert len({envelope.salt for envelope in journal.tail(0)}) == 5

    def test_positions_are_dense_over_the_log_and_versions_in_the_stream(
        self, journal: Journal
    ) -> None:
        for n in range(12):
            journal.handle(add("abc"[n % 3]))
        assert [e.position for e in journal.tail(0)] == list(range(1, 13))
        assert [e.version for e in journal.read("tally/b")] == [1, 2, 3, 4]

    def test_a_refusal_records_nothing(self, journal: Journal) -> None:
        journal.handle(set_ceiling(5))
        command = add("a", 6)
        answer = journal.handle(command)
        assert isinstance(answer, Refusal)
        assert answer.code == "over-the-ceiling"
        assert journal.head() == 1
        assert journal.receipt(command.command_id) is None

    def test_a_refused_command_may_succeed_later_under_the_same_id(self, journal: Journal) -> None:
        journal.handle(set_ceiling(5))
        command = add("a", 6)
        assert isinstance(journal.handle(command), Refusal)
        journal.handle(set_ceiling(10))
        assert accepted(journal.handle(command)).replayed is False

    # --- receipts ------------------------------------------------------------------------------

    def test_the_same_command_id_gets_the_first_answer_again(self, journal: Journal) -> None:
        command = add("a")
        first = accepted(journal.handle(command, fingerprint="f"))
        journal.handle(add("a"))
        again = accepted(journal.handle(command, fingerprint="f"))
        assert again.replayed
        assert (again.version, again.position) == (first.version, first.position)
        assert journal.head() == 2

    def test_the_same_command_id_for_something_else_is_an_error(self, journal: Journal) -> None:
        command = add("a")
        journal.handle(command, fingerprint="one")
        with pytest.raises(KeyReused):
            journal.handle(command, fingerprint="two")
        assert journal.head() == 1

    def test_a_command_without_facts_leaves_a_receipt_too(self, journal: Journal) -> None:
        journal.handle(add("a"))
        command = look("a")
        receipt = accepted(journal.handle(command))
        assert (receipt.facts, receipt.position, receipt.version) == (0, 1, 1)
        assert accepted(journal.handle(command)).replayed
        stored = journal.receipt(command.command_id)
        assert stored is not None
        assert (stored.facts, stored.position) == (0, 1)

    def test_a_command_without_facts_on_an_empty_log_leaves_a_receipt(
        self, journal: Journal
    ) -> None:
        assert accepted(journal.handle(look("a"))).position == 0

    def test_one_command_id_from_many_threads_is_recorded_once(self, journal: Journal) -> None:
        command = add("a")
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: accepted(journal.handle(command)), range(8)))
        assert journal.head() == 1
        assert {(a.position, a.version) for a in answers} == {(1, 1)}
        assert sum(not a.replayed for a in answers) == 1

    # --- expected versions and guards ------------------------------------------------------------

    def test_a_stale_expected_version_is_refused_with_the_current_one(
        self, journal: Journal
    ) -> None:
        journal.handle(add("a"))
        journal.handle(add("a"))
        answer = journal.handle(add("a"), expected=1)
        assert isinstance(answer, Refusal)
        assert (answer.code, answer.kind) == ("stale-version", "conflict")
        assert answer.extra["current_version"] == 2
        assert accepted(journal.handle(add("a"), expected=2)).version == 3

    def test_of_many_that_expect_the_same_version_one_is_recorded(self, journal: Journal) -> None:
        journal.handle(add("a"))
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: journal.handle(add("a"), expected=1), range(8)))
        assert sum(isinstance(a, Receipt) for a in answers) == 1
        assert {a.code for a in answers if isinstance(a, Refusal)} == {"stale-version"}
        assert journal.state("tally/a") == (Decimal(2), 2)

    def test_a_missing_thing_is_missing_rather_than_stale(self, journal: Journal) -> None:
        answer = journal.handle(add("nobody", -1), expected=7)
        assert isinstance(answer, Refusal)
        assert answer.kind == "missing"

    def test_a_replay_is_answered_whatever_version_it_expects(self, journal: Journal) -> None:
        command = add("a")
        journal.handle(command, expected=0)
        journal.handle(add("a"))
        assert accepted(journal.handle(command, expected=0)).replayed

    def test_an_append_fails_when_a_stream_that_was_only_read_has_moved(self, url: str) -> None:
        migrate(url)
        store = open_store(url)
        try:
            stored = store.append([append_of("x", {"tally/a": 0, "ceiling/all": 0}, "tally/a", 1)])
            assert isinstance(stored[0], Receipt)
            moved = store.append([append_of("y", {"ceiling/all": 0}, "ceiling/all", 1)])
            assert isinstance(moved[0], Receipt)
            (answer,) = store.append(
                [append_of("z", {"tally/a": 1, "ceiling/all": 0}, "tally/a", 2)]
            )
            assert answer == Stale("ceiling/all", 1)
            assert store.head() == 2
        finally:
            store.close()

    def test_in_one_batch_each_append_keeps_its_own_success_or_conflict(self, url: str) -> None:
        migrate(url)
        store = open_store(url)
        try:
            answers = store.append(
                [
                    append_of("1", {"tally/a": 0}, "tally/a", 1),
                    append_of("2", {"tally/a": 0}, "tally/a", 1),
                    append_of("3", {"tally/b": 0}, "tally/b", 1),
                    append_of("1", {"tally/c": 0}, "tally/c", 1),
                    append_of("4", {"tally/b": 1}, "tally/b", 2),
                ]
            )
            first, second, third, fourth, fifth = answers
            assert isinstance(first, Receipt)
            assert (first.position, first.replayed) == (1, False)
            assert second == Stale("tally/a", 1)
            assert isinstance(third, Receipt)
            assert third.position == 2
            assert isinstance(fourth, Receipt)
            assert (fourth.position, fourth.replayed, fourth.stream) == (1, True, "tally/a")
            assert isinstance(fifth, Receipt)
            assert fifth.position == 3
            assert [row[0] for row in store.tail(0, 10)] == [1, 2, 3]
        finally:
            store.close()

    # --- states at hand ------------------------------------------------------------------------

    def test_a_decision_on_old_states_is_made_again_on_fresh_ones(
        self, journal: Journal, url: str
    ) -> None:
        journal.handle(set_ceiling(10))
        journal.handle(add("a", 4))
        with open_journal(url, ToyDecider()) as other:
            other.handle(add("a", 5))
        answer = journal.handle(add("a", 4))  # 4 + 4 would fit, 9 + 4 does not
        assert isinstance(answer, Refusal)
        assert answer.code == "over-the-ceiling"
        assert journal.state("tally/a") == (Decimal(9), 2)

    def test_nothing_is_refused_on_old_states(self, journal: Journal, url: str) -> None:
        journal.handle(set_ceiling(10))
        journal.handle(add("a", 4))
        with open_journal(url, ToyDecider()) as other:
            other.handle(set_ceiling(100))
        assert accepted(journal.handle(add("a", 50))).version == 2

    def test_an_expected_version_is_compared_with_the_log_not_with_what_is_at_hand(
        self, journal: Journal, url: str
    ) -> None:
        journal.handle(set_ceiling(10))
        journal.handle(add("a"))
        with open_journal(url, ToyDecider()) as other:
            other.handle(add("a"))
        answer = journal.handle(add("a"), expected=1)
        assert isinstance(answer, Refusal)
        assert answer.extra["current_version"] == 2
        with open_journal(url, ToyDecider()) as other:
            other.handle(add("a"))
        assert accepted(journal.handle(add("a"), expected=3)).version == 4

    def test_a_repeated_command_is_answered_again_whatever_it_would_lead_to_now(
        self, journal: Journal
    ) -> None:
        journal.handle(set_ceiling(10))
        command = add("a", 6)
        first = accepted(journal.handle(command))
        again = accepted(journal.handle(command))  # decided anew it would be refused
        assert again.replayed
        assert again.position == first.position
        with pytest.raises(KeyReused):
            journal.handle(command, fingerprint="other")

    # --- several streams at once -----------------------------------------------------------------

    def test_facts_of_several_streams_are_recorded_together(self, journal: Journal) -> None:
        journal.handle(add("a", 5))
        receipt = accepted(journal.handle(transfer("a", "b", 3)))
        assert (receipt.facts, receipt.position, receipt.stream) == (2, 3, "tally/a")
        assert journal.state("tally/a") == (Decimal(2), 2)
        assert journal.state("tally/b") == (Decimal(3), 1)

    def test_a_failure_rolls_back_all_streams_and_gives_the_positions_back(self, url: str) -> None:
        migrate(url)
        store = open_store(url)
        try:
            good = append_of("good", {"tally/a": 0, "tally/b": 0}, "tally/a", 1)
            broken = Append(
                good.receipt,
                good.guards,
                (*good.facts, _stored("tally/b", 1), _stored("tally/b", 1)),
            )
            with pytest.raises(PersistenceError):
                store.append([broken])
            assert store.head() == 0
            assert store.receipt("good") is None
            (stored,) = store.append([good])
            assert isinstance(stored, Receipt)
            assert stored.position == 1
        finally:
            store.close()

    # --- reading -------------------------------------------------------------------------------

    def test_state_as_of_a_position_is_the_fold_up_to_it(self, journal: Journal) -> None:
        for n in range(1, 7):
            journal.handle(add("ab"[n % 2], n))
        # 1 → b, 2 → a, 3 → b, …: at position 4 the tally of b knew 1 + 3
        assert journal.state("tally/b", upto=4) == (Decimal(4), 2)
        assert journal.state("tally/b", upto=0) == (Decimal(0), 0)
        assert journal.state("tally/b") == (Decimal(9), 3)
        assert journal.state("tally/b", upto=5) == (Decimal(9), 3)
        assert journal.state("tally/b", upto=3) == (Decimal(4), 2)

    @settings(max_examples=20)
    @given(
        asked=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 14)), max_size=25),
        more=st.lists(st.sampled_from("ab"), max_size=4),
    )
    def test_a_state_of_the_past_is_the_same_however_often_and_in_whatever_order_it_is_asked(
        self, journal: Journal, url: str, asked: list[tuple[str, int]], more: list[str]
    ) -> None:
        """Also for positions that the log has not come to yet when they are first asked for."""
        start = journal.head()
        with open_journal(url, ToyDecider()) as other:
            for n, writer in enumerate([journal, other, journal, other]):
                writer.handle(add("aab"[n % 3], n + 1))
            asks = [*asked, *asked]
            while asks or more:
                for name, back in asks[:5]:
                    upto = start + back
                    found = journal.state(f"tally/{name}", upto=upto)
                    facts = [e.fact for e in journal.read(f"tally/{name}", upto=upto)]
                    amounts = [fact.amount for fact in facts if isinstance(fact, Added)]
                    assert found == (sum(amounts, Decimal(0)), len(facts))
                asks = asks[5:]
                if more:
                    (other if len(more) % 2 else journal).handle(add(more[0]))
                    more = more[1:]

    def test_a_state_of_the_past_is_folded_once(
        self, journal: Journal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for n in range(1, 9):
            journal.handle(add("ab"[n % 2], n))
        first = [journal.state("tally/a", upto=upto) for upto in range(9)]
        monkeypatch.setattr(ToyDecider, "evolve", lambda *_: pytest.fail("folded again"))
        again = [journal.state("tally/a", upto=upto) for upto in range(9)]
        assert again == first

    def test_a_log_that_was_replaced_is_read_anew(self, journal: Journal) -> None:
        journal.handle(add("a", 5))
        journal.state("tally/a", upto=1)
        journal.forget()
        assert journal.state("tally/a") == journal.state("tally/a", upto=1) == (Decimal(5), 1)
        assert accepted(journal.handle(add("a"))).version == 2

    def test_what_a_command_only_read_is_known_up_to_where_it_was_recorded(
        self, journal: Journal, url: str
    ) -> None:
        journal.handle(set_ceiling(50))
        recorded = accepted(journal.handle(add("a")))
        with open_journal(url, ToyDecider()) as other:
            changed = accepted(other.handle(set_ceiling(70)))
        assert journal.state("ceiling/all", upto=recorded.position) == (Decimal(50), 1)
        assert journal.state("ceiling/all", upto=changed.position) == (Decimal(70), 2)
        assert journal.state("ceiling/all") == (Decimal(70), 2)
        later = accepted(journal.handle(add("a")))
        assert journal.state("ceiling/all", upto=later.position) == (Decimal(70), 2)
        assert journal.state("ceiling/all", upto=recorded.position) == (Decimal(50), 1)

    def test_read_keeps_to_its_positions(self, journal: Journal) -> None:
        for _ in range(6):
            journal.handle(add("a"))
        assert [e.position for e in journal.read("tally/a", after=2, upto=5)] == [3, 4, 5]

    def test_tail_pages_through_the_whole_log(self, journal: Journal) -> None:
        for n in range(25):
            journal.handle(add(str(n)))
        seen: list[int] = []
        while page := journal.tail(seen[-1] if seen else 0, limit=10):
            seen += [e.position for e in page]
        assert seen == list(range(1, 26))
        assert journal.head() == 25

    def test_rows_are_the_same_facts_undecoded(self, journal: Journal) -> None:
        for n in range(5):
            journal.handle(add(str(n)))
        rows = journal.rows(1, limit=3)
        assert [journal.envelope(row) for row in rows] == journal.tail(1, limit=3)
        headers = [journal.header(row) for row in rows]
        assert [each.position for each in headers] == [2, 3, 4]
        assert [each.event_id for each in headers] == [e.event_id for e in journal.tail(1, 3)]

    def test_a_position_has_the_event_id_of_its_fact(self, journal: Journal) -> None:
        for _ in range(3):
            journal.handle(add("a"))
        ids = [envelope.event_id for envelope in journal.tail(0)]
        assert [journal.event_id(position) for position in (1, 2, 3)] == ids
        assert journal.event_id(0) is None
        assert journal.event_id(4) is None

    def test_a_batch_decodes_only_what_is_wanted(self, journal: Journal) -> None:
        journal.handle(set_ceiling(10))
        for name in "aba":
            journal.handle(add(name))
        batch = journal.batch(0)
        assert (len(batch), batch.reached) == (4, 4)
        assert [e.position for e in batch.wanted(lambda stream, _: stream == "tally/a")] == [2, 4]
        assert [e.position for e in batch.wanted(lambda _, kind: kind == "toy.ceiling-set")] == [1]
        assert list(batch) == list(batch) == journal.tail(0)

    def test_several_streams_are_read_together_in_the_order_of_the_log(
        self, journal: Journal
    ) -> None:
        journal.handle(set_ceiling(10))
        for name in "abcab":
            journal.handle(add(name))
        together = journal.read_together(["tally/b", "tally/a", "tally/nobody"], upto=5)
        assert [each.position for each in together] == [2, 3, 5]
        assert together == [
            each for each in journal.tail(0, 5) if each.stream in {"tally/a", "tally/b"}
        ]
        without = journal.read_together(
            ["ceiling/all", "tally/c"], upto=6, but=frozenset({"toy.ceiling-set"})
        )
        assert [each.position for each in without] == [4]
        assert journal.read_together([], upto=6) == []

    def test_another_process_s_facts_are_folded_on(self, journal: Journal, url: str) -> None:
        journal.handle(add("a", 1))
        with open_journal(url, ToyDecider()) as other:
            other.handle(add("a", 10))
        assert journal.state("tally/a") == (Decimal(11), 2)

    # --- time and deadlines ----------------------------------------------------------------------

    def test_no_fact_is_recorded_before_the_one_before_it_whatever_a_clock_says(
        self, url: str
    ) -> None:
        migrate(url)
        one, two = open_store(url), open_store(url)
        try:
            late = NOON + timedelta(days=3)
            for store, clock, version in (
                (one, Still(NOON), 1),
                (two, Still(late), 2),
                (one, Still(NOON), 3),
                (one, None, 4),
            ):
                append = append_of(str(version), {"tally/a": version - 1}, "tally/a", version)
                (answer,) = store.append([append], clock=clock)
                assert isinstance(answer, Receipt)
            told = [instant_of(row[4]) for row in one.tail(0, 10)]
            assert told == [NOON, late, late, EVE]
            assert one.last_instant() == two.last_instant() == EVE
        finally:
            one.close()
            two.close()

    def test_a_store_whose_time_is_up_appends_nothing(self, journal: Journal, url: str) -> None:
        started = time.monotonic()
        with pytest.raises(JournalUnavailable) as caught:
            journal.handle(add("a"), until=started - 1)
        assert caught.value.retry_after > 0
        assert time.monotonic() - started < 1
        assert journal.head() == 0

    # --- damage ----------------------------------------------------------------------------------

    def test_a_sound_log_has_no_findings(self, journal: Journal) -> None:
        assert journal.integrity() == ()
        for n in range(3):
            journal.handle(add(str(n)))
        assert journal.integrity() == ()
        assert journal.integrity(seconds=1.0) == ()

    # --- waiting -------------------------------------------------------------------------------

    def test_wait_returns_at_once_when_the_log_is_longer(self, journal: Journal) -> None:
        journal.handle(add("a"))
        assert journal.wait(0, 30) == 1

    def test_wait_gives_up_after_its_timeout(self, journal: Journal) -> None:
        started = time.monotonic()
        assert journal.wait(0, 0.2) == 0
        assert 0.15 < time.monotonic() - started < 5

    def test_wait_wakes_for_a_commit_of_this_process(self, journal: Journal) -> None:
        journal.wait(0, 0.05)
        threading.Timer(0.1, lambda: journal.handle(add("a"))).start()
        assert journal.wait(0, 30) == 1

    def test_wait_wakes_for_a_commit_of_another_process(self, journal: Journal, url: str) -> None:
        with open_journal(url, ToyDecider()) as other:
            journal.wait(0, 0.05)
            threading.Timer(0.1, lambda: other.handle(add("a"))).start()
            assert journal.wait(0, 30) == 1

    def test_closing_wakes_whoever_waits(self, url: str) -> None:
        migrate(url)
        journal = open_journal(url, ToyDecider())
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(journal.wait, 0, 60)
            time.sleep(0.1)
            journal.close()
            assert waiting.result(10) == 0

    # --- values that the log cannot carry --------------------------------------------------------

    @pytest.mark.parametrize("weight", [float("nan"), float("inf"), float("-inf")])
    def test_j10_numbers_that_json_cannot_say_are_refused(
        self, journal: Journal, weight: float
    ) -> None:
        command = Weigh(command_id=new_id(), at=NOON, by=add("a").by, tally_id="a", weight=weight)
        with pytest.raises(UnstorableValue, match="/weight"):
            journal.handle(command)
        assert journal.head() == 0

    @pytest.mark.parametrize("text", ["a\x00b", "lone \ud800 surrogate"])
    def test_j10_text_that_a_column_cannot_hold_is_refused(
        self, journal: Journal, text: str
    ) -> None:
        with pytest.raises(UnstorableValue, match="/note"):
            journal.handle(add("a", note=text))
        with pytest.raises(UnstorableValue, match="/meta/reason"):
            journal.handle(add("a", reason=text))
        assert journal.head() == 0

    def test_any_other_text_comes_back_as_it_was(self, journal: Journal) -> None:
        text = 'Ω "quoted" \\u0000 back\\slash \U0001f9ed \u2028 end'
        journal.handle(add("a", note=text))
        fact = journal.read("tally/a")[0].fact
        assert isinstance(fact, Added)
        assert fact.note == text

    # --- opening -------------------------------------------------------------------------------

    def test_a_store_without_tables_asks_for_the_migrate_step(self, url: str) -> None:
        with pytest.raises(StoreNotMigrated):
            open_journal(url, ToyDecider())

    def test_migrating_again_changes_nothing(self, journal: Journal, url: str) -> None:
        journal.handle(add("a"))
        assert migrate(url) == 2
        assert journal.head() == 1


def _stored(stream: str, version: int) -> Stored:
    state = f'{{"meta":{{"at":"{EVE.isoformat()}"}}}}'.encode()
    return (stream, version, "toy.added", state)


def append_of(command_id: str, guards: dict[str, int], stream: str, version: int) -> Append:
    return Append(
        Receipt(command_id, "a", stream, version, 0, 1, ""),
        tuple(guards.items()),
        (_stored(stream, version),),
    )
