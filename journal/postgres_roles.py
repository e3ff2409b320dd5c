"""The group roles among which the rights of a PostgreSQL installation are split (J6).

Grant one of them to each login role: ``truenorth_app`` to what serves people and runs clocks,
``truenorth_projector`` to the projector, ``truenorth_reader`` to whoever may look at the log. A
database user that may not create roles migrates all the same and owns everything itself.
"""

from typing import Any, Final

from psycopg import Connection

ROLES: Final = ("truenorth_owner", "truenorth_app", "truenorth_projector", "truenorth_reader")

_CREATE_ROLE = """
DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
"""

_OWNER = """
GRANT truenorth_owner TO current_user;
DO $$ BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO truenorth_owner', current_database());
END $$;
"""


def give_roles(connection: Connection[tuple[Any, ...]], *statements: str) -> None:
    """Runs grants and changes of ownership, if this database user may create roles.

    Args:
        statements: may name every role of ``ROLES``.
    """
    may = connection.execute(
        "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if not (may and may[0]):
        return
    for role in ROLES:
        connection.execute(_CREATE_ROLE.format(role=role).encode())
    for statement in (_OWNER, *statements):
        connection.execute(statement.encode())
