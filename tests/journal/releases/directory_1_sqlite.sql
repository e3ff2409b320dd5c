BEGIN TRANSACTION;
CREATE TABLE api_keys (
        id text PRIMARY KEY, secret_hash text NOT NULL UNIQUE, role text NOT NULL,
        person_id text, label text NOT NULL, created_at text NOT NULL, revoked_at text
    );
INSERT INTO "api_keys" VALUES('01a21ab3-89ba-7571-b4aa-5136d6486193','d847f20a20b5317b6d79c9f9fb29f1365903395a6c058f2dd7ca510c29c8c663','auditor','p1','for the auditors','2026-11-27T01:51:43.546964+00:00',NULL);
CREATE TABLE directory_version (
        one integer PRIMARY KEY CHECK (one = 1), version integer NOT NULL
    );
INSERT INTO "directory_version" VALUES(1,1);
CREATE TABLE people (
        id text PRIMARY KEY, name text NOT NULL, email text, email_key text UNIQUE
    );
INSERT INTO "people" VALUES('p1','Zoë Klein','Zoe.Klein@Example.org','zoe.klein@example.org');
INSERT INTO "people" VALUES('p2','Ann',NULL,NULL);
COMMIT;
