-- +goose Up
-- Who may speak from an official account beyond what its own office may: by office, by role, or both.
CREATE TABLE account_rights (account_id INTEGER NOT NULL, office_id INTEGER NOT NULL DEFAULT 0, role TEXT NOT NULL DEFAULT '', level TEXT NOT NULL, set_at BIGINT NOT NULL, set_by BIGINT NOT NULL, PRIMARY KEY (account_id, office_id, role));
-- What needs a second person before it goes out, and the roles whose words always do (JSON list).
ALTER TABLE accounts ADD COLUMN approval TEXT NOT NULL DEFAULT 'none';
ALTER TABLE accounts ADD COLUMN approve_roles TEXT NOT NULL DEFAULT '[]';
UPDATE accounts SET approval = 'interim' WHERE approve_replies;
-- What was approved: the version and SHA-256 of its text; version 0 was approved before there were versions.
ALTER TABLE replies ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE replies ADD COLUMN approved_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE replies ADD COLUMN reason TEXT NOT NULL DEFAULT '';
-- A hold of an office holds every account of it and of the offices below.
ALTER TABLE holds ADD COLUMN office_id INTEGER NOT NULL DEFAULT 0;
-- The list of what went out from an account.
CREATE INDEX replies_account ON replies (account_id, id);
