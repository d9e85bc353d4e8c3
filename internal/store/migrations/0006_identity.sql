-- +goose Up
-- One-time links to an official ID, one an officer; of the link only its hash lies here.
CREATE TABLE invitations (officer_id BIGINT NOT NULL PRIMARY KEY, hash BYTEA NOT NULL UNIQUE, by_id BIGINT NOT NULL, made_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);
CREATE TABLE passkeys (
  id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, credential BYTEA NOT NULL UNIQUE, name TEXT NOT NULL, record TEXT NOT NULL, -- JSON of the library: public key, flags, counter
  added_at BIGINT NOT NULL, used_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX passkeys_officer ON passkeys (officer_id, id);
CREATE TABLE recovery_codes (officer_id BIGINT NOT NULL, hash BYTEA NOT NULL, used_at BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (officer_id, hash));
-- An ended session stays, marked, until it would have expired: a request in hand cannot keep it anew.
ALTER TABLE sessions ADD COLUMN id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN began_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN ended_at BIGINT NOT NULL DEFAULT 0;
