"""Any interleaving of concurrent handles equals some serial order, and the log says which."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.facts import Command, Envelope, Refusal
from journal.append import Receipt
from journal.log import Journal
from journal.migrate import migrate
from journal.store import open_journal
from tests.journal.toy import ANN, NOON, Added, ToyDecider, add, look, set_ceiling, transfer

Wish = tuple[str, str, str, int]
_names = st.sampled_from(["a", "b"])
_wishes = st.lists(
    st.tuples(
        st.sampled_from(["add", "transfer", "ceiling", "look"]),
        _names,
        _names,
        st.integers(min_value=1, max_value=5),
    ),
    min_size=1,
    max_size=6,
)
_runs = count()


def _command(wish: Wish, run: str) -> Command:
    kind, one, two, n = wish
    match kind:
        case "add":
            return add(f"{one}{run}", n)
        case "transfer":
            return transfer(f"{one}{run}", f"{two}{run}x", n)
        case "ceiling":
            return set_ceiling(n * 3)
        case _:
            return look(f"{one}{run}")


def _state_at(log: Sequence[Envelope], stream: str, position: int) -> object:
    decider = ToyDecider()
    state = decider.initial(stream)
    for envelope in log:
        if envelope.stream == stream and envelope.position <= position:
            state = decider.evolve(stream, state, envelope.fact)
    return state


Told = tuple[Command, Receipt | Refusal, int, int]


def _run(journals: Sequence[Journal], plans: Sequence[Sequence[Wish]], run: str) -> list[Told]:
    start = threading.Barrier(len(plans))

    def play(n: int) -> list[Told]:
        journal = journals[n % len(journals)]
        commands = [_command(wish, run) for wish in plans[n]]
        start.wait(10)
        told = []
        for command in commands:
            before = journal.head()
            answer = journal.handle(command)
            told.append((command, answer, before, journal.head()))
        return told

    with ThreadPoolExecutor(len(plans)) as pool:
        return [each for plan in pool.map(play, range(len(plans))) for each in plan]


def _explained_by_the_log(log: Sequence[Envelope], told: Sequence[Told]) -> None:
    """Every answer is the one that deciding alone, at one moment of the log, would have given."""
    decider = ToyDecider()
    by_command: dict[str, list[Envelope]] = {}
    for envelope in log:
        by_command.setdefault(envelope.command_id, []).append(envelope)
    for command, answer, before, after in told:

        def alone(position: int, command: Command = command) -> object:
            states = tuple(_state_at(log, stream, position) for stream in command.reads)
            return decider.decide(command, states)

        recorded = by_command.get(command.command_id, [])
        if isinstance(answer, Receipt) and answer.facts:
            positions = [envelope.position for envelope in recorded]
            assert positions == list(range(answer.position - answer.facts + 1, answer.position + 1))
            assert before < positions[0]
            assert answer.position <= after
            assert tuple(e.fact for e in recorded) == alone(positions[0] - 1)
            continue
        assert recorded == []
        expected = () if isinstance(answer, Receipt) else answer
        assert any(alone(position) == expected for position in range(before, after + 1)), (
            command,
            answer,
        )


@pytest.fixture(scope="module")
def sqlite_journals(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    url = f"sqlite:///{Path(tmp_path_factory.mktemp('serial'))}/journal.db"
    migrate(url)
    with open_journal(url, ToyDecider()) as one, open_journal(url, ToyDecider()) as two:
        yield one, two


@pytest.fixture(scope="module")
def postgres_journals(postgres_server):  # type: ignore[no-untyped-def]
    url = postgres_server.new_database()
    migrate(url)
    with open_journal(url, ToyDecider()) as one, open_journal(url, ToyDecider()) as two:
        yield one, two


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plans=st.lists(_wishes, min_size=2, max_size=4))
def test_any_interleaving_equals_the_serial_order_of_the_log(
    request: pytest.FixtureRequest, store: str, plans: list[list[Wish]]
) -> None:
    journals = request.getfixturevalue(f"{store}_journals")
    told = _run(journals, plans, f"-{next(_runs)}")
    log: list[Envelope] = []
    while page := journals[0].tail(len(log)):
        log += page
    assert [envelope.position for envelope in log] == list(range(1, len(log) + 1))
    _explained_by_the_log(log, told)


def test_the_explanation_can_fail() -> None:
    """A log in which somebody overdrew a tally is explained by no serial order."""
    wish = transfer("a", "b", 5)
    facts = (Added(tally_id="a", amount=Decimal(-5)), Added(tally_id="b", amount=Decimal(5)))
    blank = Envelope(
        1, "tally/a", 1, facts[0], "e", 3, ANN, wish.command_id,
        "c", None, NOON, None, b"",
    )  # fmt: skip
    log = [blank, blank._replace(position=2, stream="tally/b", fact=facts[1])]
    receipt = Receipt(wish.command_id, "a", "tally/a", 1, 2, 2, "")
    with pytest.raises(AssertionError):
        _explained_by_the_log(log, [(wish, receipt, 0, 2)])
