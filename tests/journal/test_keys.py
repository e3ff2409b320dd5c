"""Keys for private words: one for each subject, in their own store, and gone when destroyed."""

import sqlite3
import stat
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import Sealed
from journal.errors import StoreNotMigrated, StoreTooNew
from journal.keys import KeyDestroyed, KeyRing
from journal.migrate import migrate
from journal.urls import keys_beside, sqlite_path
from tests.journal.rings import RING

storable = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """A key store beside an empty log."""
    log = str(request.getfixturevalue(f"{request.param}_url"))
    migrate(log)
    return keys_beside(log)


@pytest.fixture
def keys(url: str) -> Iterator[KeyRing]:
    with KeyRing(url) as found:
        yield found


# --- sealing ------------------------------------------------------------------------------------


@given(subject=storable, event=storable, field=storable, words=storable)
def test_what_is_sealed_opens_to_the_same_words(
    subject: str, event: str, field: str, words: str
) -> None:
    assert RING.open(RING.seal(subject, event, field, words)) == words


@given(words=storable)
def test_the_same_words_at_the_same_place_are_the_same_bytes(words: str) -> None:
    assert RING.seal("ann", "e", "/f", words) == RING.seal("ann", "e", "/f", words)


@given(one=storable, other=storable)
def test_no_nonce_comes_twice_for_different_words_even_at_the_same_place(
    one: str, other: str
) -> None:
    nonces = {a2b_base64(RING.seal("ann", "e", "/f", words).cipher)[:12] for words in (one, other)}
    assert len(nonces) == (1 if one == other else 2)


def test_the_same_words_elsewhere_are_other_bytes() -> None:
    places = [("ann", "e", "/f"), ("bob", "e", "/f"), ("ann", "g", "/f"), ("ann", "e", "/g")]
    assert len({RING.seal(*place, "words").cipher for place in places}) == 4


@pytest.mark.parametrize("part", ["subject", "event", "field"])
def test_what_is_moved_to_another_subject_event_or_field_does_not_open(part: str) -> None:
    RING.seal("other", "e", "/f", "a key for the other subject")
    sealed = RING.seal("ann", "e", "/f", "words")
    assert RING.open(sealed._replace(**{part: "other"})) is None


def test_parts_do_not_run_into_each_other() -> None:
    sealed = RING.seal("ann", "ev", "ent", "words")
    assert RING.open(sealed._replace(event="eve", field="nt")) is None


@given(st.data())
def test_a_changed_byte_does_not_open(data: st.DataObject) -> None:
    sealed = RING.seal("ann", "e", "/f", "words")
    stored = bytearray(a2b_base64(sealed.cipher))
    stored[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 255))
    assert RING.open(sealed._replace(cipher=b2a_base64(stored, newline=False).decode())) is None


@pytest.mark.parametrize("cipher", ["", "AAAA", "not base64", "é", "AAAAAAAAAAAAAAAAAAAA"])
def test_what_is_no_cipher_does_not_open(cipher: str) -> None:
    assert RING.open(RING.seal("ann", "e", "/f", "words")._replace(cipher=cipher)) is None


def test_a_subject_without_a_key_opens_nothing_and_gets_none_by_being_asked(keys: KeyRing) -> None:
    assert keys.open(Sealed("nobody", "e", "/f", "AAAA")) is None
    assert keys.open(keys.seal("nobody", "e", "/f", "words")) == "words"


# --- the store ----------------------------------------------------------------------------------


def test_a_key_outlives_its_process(keys: KeyRing, url: str) -> None:
    sealed = keys.seal("ann", "e", "/f", "words")
    with KeyRing(url) as later:
        assert later.open(sealed) == "words"
        assert later.seal("ann", "e", "/f", "words") == sealed


def test_whoever_comes_first_makes_the_key_and_all_use_it(url: str) -> None:
    rings = [KeyRing(url) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        sealed = set(pool.map(lambda ring: ring.seal("ann", "e", "/f", "words"), rings))
    for ring in rings:
        ring.close()
    assert len(sealed) == 1


def test_a_destroyed_key_opens_nothing_ever_again_and_is_not_made_anew(
    keys: KeyRing, url: str
) -> None:
    sealed, other = (keys.seal(who, "e", "/f", "words") for who in ("ann", "bob"))
    keys.destroy("ann")
    keys.destroy("ann")
    assert keys.open(sealed) is None
    assert keys.open(other) == "words"
    with KeyRing(url) as later:
        assert later.open(sealed) is None
        with pytest.raises(KeyDestroyed, match="ann"):
            later.seal("ann", "e", "/f", "words")


def test_a_key_that_was_never_made_can_be_destroyed(keys: KeyRing) -> None:
    keys.destroy("ann")
    with pytest.raises(KeyDestroyed):
        keys.seal("ann", "e", "/f", "words")


def test_nobody_else_may_read_the_file_of_keys_and_a_destroyed_key_is_not_in_it(
    sqlite_url: str,
) -> None:
    migrate(sqlite_url)
    path = Path(sqlite_path(keys_beside(sqlite_url)) or "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with KeyRing(keys_beside(sqlite_url)) as keys:
        keys.seal("ann", "e", "/f", "words")
        with closing(sqlite3.connect(path)) as store:
            (key,) = store.execute("SELECT key FROM subject_keys").fetchone()
        assert key in path.read_bytes()
        keys.destroy("ann")
        assert not [each for each in path.parent.glob("keys.db*") if key in each.read_bytes()]
    path.chmod(0o644)
    migrate(sqlite_url)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_are_no_part_of_the_log(postgres_url: str) -> None:
    migrate(postgres_url)
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute(
            "SELECT table_schema FROM information_schema.tables WHERE table_name = 'subject_keys'"
        ).fetchall()
    assert found == [("keys",)]


# --- the migrate step ---------------------------------------------------------------------------


def test_without_the_migrate_step_there_are_no_keys(sqlite_url: str, postgres_url: str) -> None:
    for each in (sqlite_url, postgres_url):
        with pytest.raises(StoreNotMigrated, match="migrate step"):
            KeyRing(keys_beside(each))


def test_migrating_again_keeps_the_keys(keys: KeyRing, url: str) -> None:
    sealed = keys.seal("ann", "e", "/f", "words")
    migrate(url.replace("keys.db", "journal.db"))
    with KeyRing(url) as later:
        assert later.open(sealed) == "words"


def test_keys_of_a_newer_release_are_left_alone(sqlite_url: str) -> None:
    migrate(sqlite_url)
    with closing(sqlite3.connect(sqlite_path(keys_beside(sqlite_url)) or "")) as store:
        store.execute("UPDATE key_store_version SET version = 99")
        store.commit()
    with pytest.raises(StoreTooNew):
        KeyRing(keys_beside(sqlite_url))
    with pytest.raises(StoreTooNew):
        migrate(sqlite_url)


def test_keys_may_lie_somewhere_else(sqlite_url: str, tmp_path: Path) -> None:
    elsewhere = f"sqlite:///{tmp_path}/safe/other.db"
    migrate(sqlite_url, elsewhere)
    with KeyRing(elsewhere) as keys:
        assert keys.open(keys.seal("ann", "e", "/f", "words")) == "words"
    assert not (tmp_path / "keys.db").exists()
