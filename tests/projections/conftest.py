"""Both kinds of store for every test of the views that asks for one."""

from tests.stores import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
