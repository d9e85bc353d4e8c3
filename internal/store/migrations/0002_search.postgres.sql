-- +goose Up
CREATE TABLE case_search (case_id BIGINT NOT NULL PRIMARY KEY, tokens TEXT NOT NULL);
CREATE INDEX case_search_terms ON case_search USING gin (array_to_tsvector(string_to_array(tokens, ' ')));
