"""The PostgreSQL tables, functions, triggers and roles of the log.

``log_head`` holds the last position and when that fact was recorded. It is locked to commit, so
the order of positions is the order of commits, and a rollback gives its numbers back: positions are
dense, 1..N (J4, J5). Everything works for a role that may only SELECT and INSERT (J6).

A new log climbs the same steps as an old one. Functions, rights and ownership are put anew after
every climb, so only tables have a history here.
"""

from typing import Any, Final

from psycopg import Connection

SCHEMA = "journal"
CHANNEL = "journal_facts"

_TABLES = """
CREATE TABLE journal.stored_events (
    originator_id text NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigint NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
) WITH (autovacuum_vacuum_threshold = 100000000, autovacuum_analyze_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.01);

CREATE UNIQUE INDEX stored_events_notification_id_idx ON journal.stored_events (notification_id);

CREATE TABLE journal.command_receipts (
    command_id text PRIMARY KEY,
    subject text NOT NULL,
    stream text NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    facts integer NOT NULL,
    fingerprint text NOT NULL
);

CREATE TABLE journal.log_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    pos bigint NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500);

INSERT INTO journal.log_head (pos) VALUES (0);
"""

_INSTANT_OF_HEAD = """
ALTER TABLE journal.log_head ADD COLUMN recorded_at timestamptz;
DROP FUNCTION IF EXISTS journal.append_facts(
    text[], text[], text[], bigint[], text[], integer[], text[], bigint[],
    integer[], text[], bigint[], text[], bytea[]);
"""

_FILL_INSTANT_OF_HEAD = """
UPDATE journal.log_head SET recorded_at = (
    SELECT journal.instant_of(e.state) FROM journal.stored_events e WHERE e.notification_id = pos
)
"""

_FUNCTIONS = """
-- When a stored fact was recorded, as it says itself; null where it does not say. The first bare
-- "at":" is the envelope's: only ids stand before it, and a quote in one of them is escaped.
CREATE OR REPLACE FUNCTION journal.instant_of(state bytea) RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = journal, pg_temp AS $$
DECLARE
    start integer := position('\\x226174223a22'::bytea in state);
BEGIN
    IF start = 0 THEN
        RETURN NULL;
    END IF;
    RETURN split_part(encode(substring(state from start + 6 for 40), 'escape'), '"', 1);
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION journal.assign_pos() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = journal, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7162530);
    UPDATE journal.log_head
    SET pos = pos + 1, recorded_at = coalesce(journal.instant_of(NEW.state), recorded_at)
    RETURNING pos INTO NEW.notification_id;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION journal.refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = journal, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: no % on %', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- Many commands' appends, in order, each with an outcome of its own. Every insert takes the same
-- advisory lock, to commit; so what is checked under it still stands then, a conflict is an answer
-- and no error, and no append spoils another. (FOR UPDATE on log_head would do, but writes WAL.)
-- The facts of append n are those up to facts_end[n], its guards likewise.
-- Where "clocked", facts are stamped under that lock, never earlier than the fact before: at
-- "told", or else by this server's clock, the one clock of all hosts. So instants follow positions.
-- The lock is waited for "patience" milliseconds at most: nobody may wait longer for the answer.
-- Runs with the caller's own rights: SELECT and INSERT are enough.
CREATE OR REPLACE FUNCTION journal.append_facts(
    patience integer, clocked boolean, told timestamptz,
    command_ids text[], subjects text[], streams text[], versions bigint[], fingerprints text[],
    guards_end integer[], guard_streams text[], guard_versions bigint[],
    facts_end integer[], fact_streams text[], fact_versions bigint[], fact_types text[],
    fact_states bytea[]
) RETURNS TABLE (
    outcome text, o_subject text, o_stream text, o_version bigint, o_position bigint,
    o_facts integer, o_fingerprint text
) LANGUAGE plpgsql SET search_path = journal, pg_temp AS $$
DECLARE
    head bigint;
    before bigint;
    actual bigint;
    g integer := 0;
    f integer := 0;
    at timestamptz;
    stamp bytea;
    start integer;
    state bytea;
BEGIN
    PERFORM set_config('lock_timeout', patience::text, true);
    PERFORM pg_advisory_xact_lock(7162530);
    SELECT pos, greatest(recorded_at, coalesce(told, clock_timestamp())) INTO before, at
    FROM journal.log_head;
    head := before;
    IF clocked THEN
        stamp := convert_to(
            to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00', 'UTF8');
    END IF;
    <<appends>>
    FOR i IN 1 .. array_length(command_ids, 1) LOOP
        SELECT 'answered', r.subject, r.stream, r.version, r.position, r.facts, r.fingerprint
        INTO outcome, o_subject, o_stream, o_version, o_position, o_facts, o_fingerprint
        FROM journal.command_receipts r WHERE r.command_id = command_ids[i];
        IF FOUND THEN
            g := guards_end[i];
            f := facts_end[i];
            RETURN NEXT;
            CONTINUE appends;
        END IF;

        WHILE g < guards_end[i] LOOP
            g := g + 1;
            SELECT coalesce(max(e.originator_version), 0) INTO actual
            FROM journal.stored_events e WHERE e.originator_id = guard_streams[g];
            IF actual <> guard_versions[g] THEN
                outcome := 'stale';
                o_stream := guard_streams[g];
                o_version := actual;
                g := guards_end[i];
                f := facts_end[i];
                RETURN NEXT;
                CONTINUE appends;
            END IF;
        END LOOP;

        o_facts := facts_end[i] - f;
        WHILE f < facts_end[i] LOOP
            f := f + 1;
            state := fact_states[f];
            IF clocked THEN
                start := position('\\x226174223a22'::bytea in state) + 6;
                state := overlay(state placing stamp from start
                    for position('\\x22'::bytea in substring(state from start for 64)) - 1);
            END IF;
            INSERT INTO journal.stored_events (originator_id, originator_version, topic, state)
            VALUES (fact_streams[f], fact_versions[f], fact_types[f], state)
            RETURNING notification_id INTO head;
        END LOOP;
        INSERT INTO journal.command_receipts
            (command_id, subject, stream, version, position, facts, fingerprint)
        VALUES (command_ids[i], subjects[i], streams[i], versions[i], head, o_facts,
                fingerprints[i]);
        outcome := 'stored';
        o_subject := subjects[i];
        o_stream := streams[i];
        o_version := versions[i];
        o_position := head;
        o_fingerprint := fingerprints[i];
        RETURN NEXT;
    END LOOP;
    IF head > before THEN
        NOTIFY journal_facts;
    END IF;
END $$;
"""

_APPEND = """journal.append_facts(
    integer, boolean, timestamptz, text[], text[], text[], bigint[], text[], integer[], text[],
    bigint[], integer[], text[], bigint[], text[], bytea[])"""

_TRIGGERS = """
CREATE TRIGGER assign_pos BEFORE INSERT ON journal.stored_events
    FOR EACH ROW EXECUTE FUNCTION journal.assign_pos();
CREATE TRIGGER no_change BEFORE UPDATE OR DELETE ON journal.stored_events
    FOR EACH ROW EXECUTE FUNCTION journal.refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON journal.stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse();
CREATE TRIGGER no_receipt_change BEFORE UPDATE OR DELETE ON journal.command_receipts
    FOR EACH ROW EXECUTE FUNCTION journal.refuse();
CREATE TRIGGER no_receipt_truncate BEFORE TRUNCATE ON journal.command_receipts
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse();
ALTER TABLE journal.stored_events ENABLE ALWAYS TRIGGER no_change;
ALTER TABLE journal.stored_events ENABLE ALWAYS TRIGGER no_truncate;
ALTER TABLE journal.command_receipts ENABLE ALWAYS TRIGGER no_receipt_change;
ALTER TABLE journal.command_receipts ENABLE ALWAYS TRIGGER no_receipt_truncate;
"""

# Refusing stays on even for a replica or a restore session (A); positions are assigned in ORIGIN
# mode (O), so that a restore keeps the numbers it brings.
TRIGGER_STATES = {
    ("stored_events", "assign_pos"): "O",
    ("stored_events", "no_change"): "A",
    ("stored_events", "no_truncate"): "A",
    ("command_receipts", "no_receipt_change"): "A",
    ("command_receipts", "no_receipt_truncate"): "A",
}

GRANTS = f"""
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA journal FROM PUBLIC;
GRANT USAGE ON SCHEMA journal TO truenorth_app, truenorth_projector, truenorth_reader;
GRANT SELECT ON journal.stored_events, journal.command_receipts, journal.schema_versions,
    journal.log_head TO truenorth_app, truenorth_projector, truenorth_reader;
GRANT INSERT (originator_id, originator_version, topic, state) ON journal.stored_events
    TO truenorth_app;
GRANT INSERT ON journal.command_receipts TO truenorth_app;
GRANT EXECUTE ON FUNCTION {_APPEND} TO truenorth_app;
"""

# The definer's rights of assign_pos are the owner's, never a superuser's.
OWNERSHIP = f"""
ALTER SCHEMA journal OWNER TO truenorth_owner;
ALTER TABLE journal.stored_events OWNER TO truenorth_owner;
ALTER TABLE journal.command_receipts OWNER TO truenorth_owner;
ALTER TABLE journal.log_head OWNER TO truenorth_owner;
ALTER TABLE journal.schema_versions OWNER TO truenorth_owner;
ALTER FUNCTION journal.assign_pos() OWNER TO truenorth_owner;
ALTER FUNCTION journal.refuse() OWNER TO truenorth_owner;
ALTER FUNCTION journal.instant_of(bytea) OWNER TO truenorth_owner;
ALTER FUNCTION {_APPEND} OWNER TO truenorth_owner;
"""

VERSIONS_TABLE = """
CREATE TABLE IF NOT EXISTS journal.schema_versions (
    part text PRIMARY KEY, version integer NOT NULL, migrated_at timestamptz NOT NULL DEFAULT now()
)
"""


def _first(connection: Connection[Any]) -> None:
    """Tables, functions and triggers of an empty log."""
    for statement in (_TABLES, _FUNCTIONS, _TRIGGERS):
        connection.execute(statement.encode())


def _second(connection: Connection[Any]) -> None:
    """The head of the log knows when its last fact was recorded: facts are stamped after it."""
    for statement in (_INSTANT_OF_HEAD, _FUNCTIONS, _FILL_INSTANT_OF_HEAD):
        connection.execute(statement.encode())


STEPS: Final = (_first, _second)
VERSION: Final = len(STEPS)
