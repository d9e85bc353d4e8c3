-- +goose Up
-- When a service was last asked for a post again, and when it will be by itself (0: never).
ALTER TABLE posts ADD COLUMN checked_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE posts ADD COLUMN check_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX posts_check ON posts (account_id, check_at, id) WHERE check_at <> 0;
UPDATE posts SET check_at = 1 WHERE channel IN ('x', 'facebook') AND direction = 'in' AND NOT imported AND external_id <> '' AND gone_at = 0 AND erased_at = 0
  AND (case_id IN (SELECT id FROM cases WHERE closed_at IS NULL) OR case_id = 0 AND sorted IN ('new', 'ask', 'failed'));

-- Who asked for one citizen's data or its erasure, how they were known, and what was done.
-- No words of the citizen stand here.
CREATE TABLE citizens_requests (
  id BIGINT NOT NULL PRIMARY KEY, author_id BIGINT NOT NULL, kind TEXT NOT NULL, -- export, erase
  asked_at BIGINT NOT NULL, asked_way TEXT NOT NULL, identity TEXT NOT NULL, reason TEXT NOT NULL, officer_id BIGINT NOT NULL, charge_id BIGINT NOT NULL, at BIGINT NOT NULL,
  state TEXT NOT NULL, -- working, done, failed
  done_at BIGINT NOT NULL DEFAULT 0, posts INTEGER NOT NULL DEFAULT 0, cases INTEGER NOT NULL DEFAULT 0, file TEXT NOT NULL DEFAULT '', expires_at BIGINT NOT NULL DEFAULT 0, fetched INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX citizens_requests_author ON citizens_requests (author_id, id);
CREATE INDEX citizens_requests_expire ON citizens_requests (expires_at) WHERE expires_at <> 0;
CREATE INDEX posts_author ON posts (author_id, id);
CREATE INDEX authors_name ON authors (lower(name), id);
CREATE INDEX authors_handle ON authors (lower(handle), id);

-- For how many days a table is kept, where the state has set another than usual; and when
-- it was last gone through.
CREATE TABLE retention (rule TEXT NOT NULL PRIMARY KEY, days INTEGER NOT NULL DEFAULT 0, done_day TEXT NOT NULL DEFAULT '', removed BIGINT NOT NULL DEFAULT 0);
CREATE INDEX posts_raw ON posts (id) WHERE raw IS NOT NULL;
CREATE INDEX cases_closed ON cases (closed_at, id) WHERE closed_at IS NOT NULL;
