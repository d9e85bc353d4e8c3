-- +goose Up
CREATE TABLE templates (
  id BIGINT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL DEFAULT '', -- of one that is delivered with the program
  office_id INTEGER NOT NULL DEFAULT 0, -- 0: shared by the whole state
  latest INTEGER NOT NULL,
  usable INTEGER NOT NULL DEFAULT 0, -- the version that may be used
  retired_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX templates_code ON templates (code) WHERE code <> '';
CREATE INDEX templates_office ON templates (office_id);

CREATE TABLE template_texts (
  template_id BIGINT NOT NULL, version INTEGER NOT NULL, way TEXT NOT NULL, channel TEXT NOT NULL DEFAULT '', department_id INTEGER NOT NULL DEFAULT 0, subject_id INTEGER NOT NULL DEFAULT 0,
  name_en TEXT NOT NULL, name_hi TEXT NOT NULL, text_en TEXT NOT NULL, text_hi TEXT NOT NULL,
  author_id BIGINT NOT NULL, written_at BIGINT NOT NULL, approver_id BIGINT NOT NULL DEFAULT 0, approved_at BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (template_id, version)
);

CREATE TABLE template_uses (officer_id BIGINT NOT NULL, template_id BIGINT NOT NULL, used_at BIGINT NOT NULL, PRIMARY KEY (officer_id, template_id));
