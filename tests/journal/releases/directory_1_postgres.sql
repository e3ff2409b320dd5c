CREATE SCHEMA directory;
SET search_path = directory;
CREATE TABLE IF NOT EXISTS people (
        id text PRIMARY KEY, name text NOT NULL, email text, email_key text UNIQUE
    );
CREATE TABLE IF NOT EXISTS api_keys (
        id text PRIMARY KEY, secret_hash text NOT NULL UNIQUE, role text NOT NULL,
        person_id text, label text NOT NULL, created_at text NOT NULL, revoked_at text
    );
CREATE TABLE IF NOT EXISTS directory_version (
        one integer PRIMARY KEY CHECK (one = 1), version integer NOT NULL
    );
INSERT INTO directory_version VALUES (1, 1);
RESET search_path;
