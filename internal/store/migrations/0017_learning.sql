-- +goose Up
-- What a person decided of a post, beside what the engine had said of it then. Ids and codes
-- only: the words are read from the post when a model is trained, and an erased post has none.
-- How sure the engine was stands in thousandths; the month is of India, 202611.
CREATE TABLE examples (
  id BIGINT NOT NULL PRIMARY KEY, post_id BIGINT NOT NULL, case_id BIGINT NOT NULL DEFAULT 0,
  act TEXT NOT NULL, -- open, join, keep, bring_back, correct, move
  officer_id BIGINT NOT NULL DEFAULT 0, charge_id BIGINT NOT NULL DEFAULT 0, at BIGINT NOT NULL, month INTEGER NOT NULL, channel TEXT NOT NULL, language TEXT NOT NULL,
  newest BOOLEAN NOT NULL DEFAULT TRUE, -- the latest word on the post
  model INTEGER NOT NULL, said_kind TEXT NOT NULL, said_reason TEXT NOT NULL, said_subject TEXT NOT NULL, said_department TEXT NOT NULL, said_district INTEGER NOT NULL, said_urgency TEXT NOT NULL,
  kind_sure INTEGER NOT NULL, subject_sure INTEGER NOT NULL, department_sure INTEGER NOT NULL, district_sure INTEGER NOT NULL,
  kind TEXT NOT NULL, reason TEXT NOT NULL, subject TEXT NOT NULL, department TEXT NOT NULL, district INTEGER NOT NULL, urgency TEXT NOT NULL -- empty and 0: nothing was said
);
CREATE INDEX examples_post ON examples (post_id, id);
CREATE INDEX examples_newest ON examples (month, id) WHERE newest;

-- The models that were trained here. Version 0 is the shipped one and has no row. The file
-- holds weights of hashed features, no word in clear; it is dropped from old versions.
CREATE TABLE models (
  version INTEGER NOT NULL PRIMARY KEY, made_at BIGINT NOT NULL, officer_id BIGINT NOT NULL DEFAULT 0, examples INTEGER NOT NULL, held INTEGER NOT NULL, against INTEGER NOT NULL,
  worse BOOLEAN NOT NULL, figures TEXT NOT NULL, -- JSON: the comparison
  taken_at BIGINT NOT NULL DEFAULT 0, bytes INTEGER NOT NULL, file BYTEA
);

-- Orders to train, and what became of them.
CREATE TABLE trainings (
  id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL DEFAULT 0, asked_at BIGINT NOT NULL, began_at BIGINT NOT NULL DEFAULT 0, ended_at BIGINT NOT NULL DEFAULT 0,
  state TEXT NOT NULL, -- waiting, running, done, nothing, failed
  version INTEGER NOT NULL DEFAULT 0
);

-- How many words of a month no earlier month had: written anew by each training.
CREATE TABLE word_months (month INTEGER NOT NULL PRIMARY KEY, posts INTEGER NOT NULL, words BIGINT NOT NULL, unknown BIGINT NOT NULL);

-- Posts of the same words that people decided differently: written anew by each training.
CREATE TABLE disagreements (post_id BIGINT NOT NULL, other_id BIGINT NOT NULL, part TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (post_id, other_id));

-- What the program may decide without asking, from which confidence on (thousandths), and on
-- what figures that was switched on.
CREATE TABLE alone_rules (
  decision TEXT NOT NULL PRIMARY KEY, -- keep, route
  active BOOLEAN NOT NULL, stated INTEGER NOT NULL, threshold INTEGER NOT NULL, model INTEGER NOT NULL, cases INTEGER NOT NULL, alone INTEGER NOT NULL, wrong INTEGER NOT NULL,
  set_at BIGINT NOT NULL, officer_id BIGINT NOT NULL, ended_at BIGINT NOT NULL DEFAULT 0, ended_why TEXT NOT NULL DEFAULT ''
);

-- What it decided without asking, and what it would have but asked for honest figures.
CREATE TABLE alone_acts (
  post_id BIGINT NOT NULL PRIMARY KEY, decision TEXT NOT NULL, model INTEGER NOT NULL, sure INTEGER NOT NULL, at BIGINT NOT NULL, asked BOOLEAN NOT NULL,
  checked_at BIGINT NOT NULL DEFAULT 0, officer_id BIGINT NOT NULL DEFAULT 0, wrong BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX alone_acts_decision ON alone_acts (decision, at, post_id);
