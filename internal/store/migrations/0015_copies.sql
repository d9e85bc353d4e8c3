-- +goose Up
-- Marks of recent posts, by which those that say the same find each other (copies.Marks), and
-- what they are about and where, as one number, by which a flood is found: a subject and a
-- town, or the district where no town is named. Kept for as long as copies are looked for;
-- gone with the post's words.
CREATE TABLE post_prints (
  post_id BIGINT NOT NULL PRIMARY KEY, author_id BIGINT NOT NULL, m1 BIGINT NOT NULL, m2 BIGINT NOT NULL, m3 BIGINT NOT NULL,
  event BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX post_prints_m1 ON post_prints (m1, post_id) WHERE m1 <> 0;
CREATE INDEX post_prints_m2 ON post_prints (m2, post_id) WHERE m2 <> 0;
CREATE INDEX post_prints_m3 ON post_prints (m3, post_id) WHERE m3 <> 0;
CREATE INDEX post_prints_event ON post_prints (event, post_id) WHERE event <> 0;

-- Pairs that a person said are not the same matter; post_id is the smaller id.
CREATE TABLE told_apart (post_id BIGINT NOT NULL, other_id BIGINT NOT NULL, officer_id BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (post_id, other_id));
CREATE INDEX told_apart_other ON told_apart (other_id);

-- Many posts about one event, as they were found: a campaign (one text by many) or an event
-- (one subject in one town or district). mark is what they share.
CREATE TABLE clusters (
  id BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, mark BIGINT NOT NULL, subject_id INTEGER NOT NULL DEFAULT 0, district_id INTEGER NOT NULL DEFAULT 0, place TEXT NOT NULL DEFAULT '',
  first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, state TEXT NOT NULL, -- offered, taken, dismissed
  case_id BIGINT NOT NULL DEFAULT 0, officer_id BIGINT NOT NULL DEFAULT 0, decided_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX clusters_mark ON clusters (mark, last_at);
CREATE INDEX clusters_offered ON clusters (last_at, id) WHERE state = 'offered';
CREATE INDEX clusters_last ON clusters (last_at, id);
CREATE TABLE cluster_posts (cluster_id BIGINT NOT NULL, post_id BIGINT NOT NULL, PRIMARY KEY (cluster_id, post_id));
CREATE INDEX cluster_posts_post ON cluster_posts (post_id);
