-- +goose Up
ALTER TABLE offices ADD COLUMN successor_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE charges ADD COLUMN additional BOOLEAN NOT NULL DEFAULT FALSE;

-- Who answers for a department, or a body, in a town or another place: before the matrix of districts.
CREATE TABLE matrix_places (department_id INTEGER NOT NULL, place_id INTEGER NOT NULL, office_id INTEGER NOT NULL, PRIMARY KEY (department_id, place_id));

CREATE TABLE leaves (
  id BIGINT NOT NULL PRIMARY KEY, charge_id BIGINT NOT NULL, officer_id BIGINT NOT NULL, substitute_id BIGINT NOT NULL DEFAULT 0,
  from_at BIGINT NOT NULL, to_at BIGINT NOT NULL, set_by BIGINT NOT NULL, set_at BIGINT NOT NULL
);
CREATE INDEX leaves_charge ON leaves (charge_id, to_at);
CREATE INDEX leaves_substitute ON leaves (substitute_id, to_at);

-- The cases that an officer left behind at the end of a charge, and who has them.
CREATE TABLE handovers (
  id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, office_id INTEGER NOT NULL, successor_id BIGINT NOT NULL DEFAULT 0,
  at BIGINT NOT NULL, done_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX handovers_officer ON handovers (officer_id, office_id);
CREATE INDEX handovers_office ON handovers (office_id, id);
CREATE TABLE handover_cases (handover_id BIGINT NOT NULL, case_id BIGINT NOT NULL, PRIMARY KEY (handover_id, case_id));

-- The office that answers for one in which nobody does. upto is the last case whose history says so.
CREATE TABLE covers (office_id INTEGER NOT NULL PRIMARY KEY, answering_id INTEGER NOT NULL, since BIGINT NOT NULL, upto BIGINT NOT NULL DEFAULT 0, told BOOLEAN NOT NULL DEFAULT FALSE);

-- A file between its dry run and its confirmation.
CREATE TABLE imports (id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, file TEXT NOT NULL, data BYTEA NOT NULL, at BIGINT NOT NULL);
