"""The eventsourcing library's own cases against our recorders: the tripwire on each upgrade."""

import os
import tempfile
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

import pytest
from eventsourcing.tests.persistence import ApplicationRecorderTestCase

from journal.migrate import migrate
from journal.postgres import PostgresLog
from journal.sqlite import SQLiteLog
from tests.stores import PostgresServer


class _TextIds:
    def new_originator_id(self) -> str:
        return f"thing/{uuid4()}"


class TestSQLiteLog(_TextIds, ApplicationRecorderTestCase[SQLiteLog]):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "journal.db"
        migrate(f"sqlite:///{self.path}")

    def create_recorder(self) -> SQLiteLog:
        recorder = SQLiteLog(str(self.path))
        self.addCleanup(recorder.close)
        return recorder


@pytest.mark.usefixtures("_server")
class TestPostgresLog(_TextIds, ApplicationRecorderTestCase[PostgresLog]):
    server: ClassVar[PostgresServer]

    @pytest.fixture(scope="class")
    @classmethod
    def _server(cls, postgres_server: PostgresServer) -> None:
        cls.server = postgres_server

    def setUp(self) -> None:
        self.url = self.server.new_database()
        migrate(self.url)

    def create_recorder(self) -> PostgresLog:
        recorder = PostgresLog(self.url)
        self.addCleanup(recorder.close)
        return recorder

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


def test_the_cases_really_come_from_the_library() -> None:
    for case in (TestSQLiteLog, TestPostgresLog):
        inherited = [name for name in dir(case) if name.startswith("test_")]
        assert {"test_insert_select", "test_concurrent_no_conflicts"} <= set(inherited)
    assert os.sep + "eventsourcing" + os.sep in (
        __import__("eventsourcing.tests.persistence", fromlist=["x"]).__file__ or ""
    )
