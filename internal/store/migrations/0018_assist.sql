-- +goose Up
-- How often an officer has asked the language helper on a day in India. What was asked is kept nowhere.
CREATE TABLE assist_uses (day TEXT NOT NULL, officer_id BIGINT NOT NULL, uses INTEGER NOT NULL, PRIMARY KEY (day, officer_id));
