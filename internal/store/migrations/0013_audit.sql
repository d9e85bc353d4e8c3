-- +goose Up
-- Who read what: one chain a day and writer (a running program). read_chains says where each ends.
CREATE TABLE read_log (
  day TEXT NOT NULL, writer TEXT NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL, officer_id BIGINT NOT NULL, charge_id BIGINT NOT NULL,
  what TEXT NOT NULL, case_id BIGINT NOT NULL, subject TEXT NOT NULL, route TEXT NOT NULL, prev BYTEA, hash BYTEA NOT NULL, PRIMARY KEY (day, writer, n)
);
CREATE INDEX read_log_at ON read_log (at, day, writer, n);
CREATE INDEX read_log_officer ON read_log (officer_id, at, day, writer, n);
CREATE INDEX read_log_case ON read_log (case_id, at, day, writer, n) WHERE case_id <> 0;
CREATE TABLE read_chains (day TEXT NOT NULL, writer TEXT NOT NULL, entries BIGINT NOT NULL, head BYTEA NOT NULL, PRIMARY KEY (day, writer));

-- Where the office log and the daily heads end.
CREATE TABLE chain_ends (log TEXT NOT NULL PRIMARY KEY, entries BIGINT NOT NULL, head BYTEA);
INSERT INTO chain_ends (log, entries, head) SELECT 'office_log', (SELECT COUNT(*) FROM office_log), (SELECT hash FROM office_log ORDER BY n DESC LIMIT 1);
INSERT INTO chain_ends (log, entries, head) VALUES ('daily_heads', 0, NULL);

-- What seals a day in India.
CREATE TABLE daily_heads (
  day TEXT NOT NULL PRIMARY KEY, until_at BIGINT NOT NULL, made_at BIGINT NOT NULL, cases BIGINT NOT NULL, cases_hash BYTEA NOT NULL,
  office_n BIGINT NOT NULL, office_hash BYTEA, reads BIGINT NOT NULL, reads_hash BYTEA NOT NULL, prev BYTEA, hash BYTEA NOT NULL
);

-- Exports of the record that auditors have asked for; the files lie in the file store.
CREATE TABLE audit_exports (
  id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, from_day TEXT NOT NULL, to_day TEXT NOT NULL, asked_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL DEFAULT 0, size BIGINT NOT NULL DEFAULT 0, entries BIGINT NOT NULL DEFAULT 0
);

-- The auditor reads all histories by time, and those of one officer.
CREATE INDEX history_at ON history (at, case_id, n);
CREATE INDEX history_officer ON history (actor_id, at, case_id, n) WHERE actor = 'officer';
