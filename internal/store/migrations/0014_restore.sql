-- +goose Up
-- Registration numbers that a restore left out: citizens may hold them from after the backup.
ALTER TABLE serials ADD COLUMN skipped BIGINT NOT NULL DEFAULT 0;
