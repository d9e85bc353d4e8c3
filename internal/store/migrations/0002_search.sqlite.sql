-- +goose Up
-- rowid is the case's id. Words only, no positions; what is deleted leaves the index at
-- once, as erasure demands.
CREATE VIRTUAL TABLE case_search USING fts5(tokens, detail=none, tokenize='ascii');
INSERT INTO case_search (case_search, rank) VALUES ('secure-delete', 1);
