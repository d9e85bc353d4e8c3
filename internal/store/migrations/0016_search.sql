-- +goose Up
-- What narrows a kept search: ids and codes as JSON, beside the words.
ALTER TABLE searches ADD COLUMN filters TEXT NOT NULL DEFAULT '';
