-- +goose Up
-- What an officer set for own letters, templates ('' as the citizen wrote) and notices by
-- mail ('' as usual); digest_minute counts from midnight in India.
ALTER TABLE officers ADD COLUMN signature_en TEXT NOT NULL DEFAULT '';
ALTER TABLE officers ADD COLUMN signature_hi TEXT NOT NULL DEFAULT '';
ALTER TABLE officers ADD COLUMN template_language TEXT NOT NULL DEFAULT '';
ALTER TABLE officers ADD COLUMN mail_cases TEXT NOT NULL DEFAULT '';
ALTER TABLE officers ADD COLUMN mail_approvals TEXT NOT NULL DEFAULT '';
ALTER TABLE officers ADD COLUMN mail_accounts TEXT NOT NULL DEFAULT '';
ALTER TABLE officers ADD COLUMN mail_own TEXT NOT NULL DEFAULT '';
ALTER TABLE officers ADD COLUMN digest_minute INTEGER NOT NULL DEFAULT 540;
ALTER TABLE officers ADD COLUMN digest_day TEXT NOT NULL DEFAULT ''; -- the last working day on which it was made
-- mail: new until it was looked at, daily while it waits for the digest; mail_id: the mail that carries it
ALTER TABLE notices ADD COLUMN mail TEXT NOT NULL DEFAULT '';
ALTER TABLE notices ADD COLUMN mail_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX notices_to_mail ON notices (mail, officer_id, id) WHERE mail <> '';
CREATE INDEX notices_unread ON notices (officer_id, id) WHERE read_at = 0;

-- The program's own mail. What is in a mail is sealed and goes once its fate is known.
CREATE TABLE mails (
  id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL DEFAULT 0, kind TEXT NOT NULL, sealed BYTEA NOT NULL, again BOOLEAN NOT NULL, state TEXT NOT NULL, created_at BIGINT NOT NULL,
  send_at BIGINT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, fence BIGINT NOT NULL DEFAULT 0, lease_until BIGINT NOT NULL DEFAULT 0, ended_at BIGINT NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX mails_open ON mails (send_at, id) WHERE ended_at = 0;

-- Sign-in through the state's own identity provider: whom a subject there is here, and
-- which charges the provider's roles granted.
CREATE TABLE oidc_links (issuer TEXT NOT NULL, subject TEXT NOT NULL, officer_id BIGINT NOT NULL, linked_at BIGINT NOT NULL, PRIMARY KEY (issuer, subject));
CREATE UNIQUE INDEX oidc_links_officer ON oidc_links (officer_id, issuer);
CREATE TABLE oidc_charges (charge_id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, issuer TEXT NOT NULL);
CREATE INDEX oidc_charges_officer ON oidc_charges (officer_id);
