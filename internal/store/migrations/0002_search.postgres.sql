-- +goose Up
CREATE TABLE case_search (case_id BIGINT NOT NULL PRIMARY KEY, tokens TEXT NOT NULL);
-- What was just written waits unsorted, in at most 512 kB: a longer list would slow down every search.
CREATE INDEX case_search_terms ON case_search USING gin (array_to_tsvector(string_to_array(tokens, ' '))) WITH (gin_pending_list_limit = 512);
