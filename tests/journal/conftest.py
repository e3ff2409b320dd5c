"""Fixtures of the journal's tests: the two stores."""

from tests.stores import postgres_server, postgres_url, sqlite_url

__all__ = ["postgres_server", "postgres_url", "sqlite_url"]
