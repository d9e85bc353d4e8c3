-- +goose Up
-- Roles that administrators compose; the built-in ones stand in the program.
CREATE TABLE roles (
  code TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL DEFAULT 1, name_en TEXT NOT NULL, name_hi TEXT NOT NULL, reach TEXT NOT NULL,
  grants TEXT NOT NULL, -- JSON list of permissions
  retired_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX charges_role ON charges (role);
-- Whom a post complains of, before there is a case.
CREATE TABLE post_exclusions (post_id BIGINT NOT NULL, officer_id BIGINT NOT NULL DEFAULT 0, office_id INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (post_id, officer_id, office_id));
CREATE INDEX post_exclusions_officer ON post_exclusions (officer_id, post_id);
CREATE INDEX post_exclusions_office ON post_exclusions (office_id, post_id);
-- A vigilance office that joined a case sees it, wherever the case lies.
CREATE INDEX overseers_joined ON overseers (office_id, case_id) WHERE level = 0;
-- Looks of administrators at what another officer may do. number is the registration number that was asked about.
CREATE TABLE looks_as (id BIGINT NOT NULL PRIMARY KEY, by_id BIGINT NOT NULL, officer_id BIGINT NOT NULL, charge_id BIGINT NOT NULL, number TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL);
