-- +goose Up
ALTER TABLE account_health ADD COLUMN push_problem TEXT NOT NULL DEFAULT '';
