-- +goose Up
-- The folders of what is rare: without these a count reads every open case.
CREATE INDEX cases_danger ON cases (due_at, id) WHERE closed_at IS NULL AND urgency = 'danger';
CREATE INDEX cases_watched ON cases (due_at, id) WHERE closed_at IS NULL AND cm_watch;
