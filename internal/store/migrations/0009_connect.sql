-- +goose Up
-- An account that is disconnected keeps its row: its posts and cases belong to it.
ALTER TABLE accounts ADD COLUMN disconnected_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN disconnect_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN month_budget_micro BIGINT NOT NULL DEFAULT 0; -- 0: none was set
-- The consent behind the secret: since when the token is held, when the consent ends by
-- itself, which permissions it lacks, since when renewing fails; tended_at 0: look after it now.
ALTER TABLE account_health ADD COLUMN token_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account_health ADD COLUMN consent_ends_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account_health ADD COLUMN missing TEXT NOT NULL DEFAULT '';
ALTER TABLE account_health ADD COLUMN renew_failed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account_health ADD COLUMN tended_at BIGINT NOT NULL DEFAULT 0;
-- What will break, or did: told once to the right persons, and again only a day later.
CREATE TABLE account_warnings (account_id INTEGER NOT NULL, kind TEXT NOT NULL, since BIGINT NOT NULL, told_at BIGINT NOT NULL, ended_at BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (account_id, kind));
