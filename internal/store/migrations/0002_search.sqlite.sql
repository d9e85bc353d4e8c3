-- +goose Up
CREATE VIRTUAL TABLE case_search USING fts5(tokens, content='', contentless_delete=1, tokenize='ascii');
