-- What the migrations come to on SQLite, for reading. Written by TestSchema.

CREATE TABLE account_costs (account_id INTEGER NOT NULL, day TEXT NOT NULL, reads BIGINT NOT NULL, cost_micro BIGINT NOT NULL, PRIMARY KEY (account_id, day));

CREATE TABLE account_health (
  account_id INTEGER NOT NULL PRIMARY KEY, pushed_at BIGINT NOT NULL DEFAULT 0, polled_at BIGINT NOT NULL DEFAULT 0, complete_to BIGINT NOT NULL DEFAULT 0,
  failed_at BIGINT NOT NULL DEFAULT 0, fail_class TEXT NOT NULL DEFAULT '', fail_code TEXT NOT NULL DEFAULT '', limited_until BIGINT NOT NULL DEFAULT 0,
  send_stopped_at BIGINT NOT NULL DEFAULT 0, budget_limit INTEGER NOT NULL DEFAULT 0, budget_remaining INTEGER NOT NULL DEFAULT 0, budget_percent INTEGER NOT NULL DEFAULT 0, budget_reset BIGINT NOT NULL DEFAULT 0
, push_problem TEXT NOT NULL DEFAULT '', token_at BIGINT NOT NULL DEFAULT 0, consent_ends_at BIGINT NOT NULL DEFAULT 0, missing TEXT NOT NULL DEFAULT '', renew_failed_at BIGINT NOT NULL DEFAULT 0, tended_at BIGINT NOT NULL DEFAULT 0);

CREATE TABLE account_rights (account_id INTEGER NOT NULL, office_id INTEGER NOT NULL DEFAULT 0, role TEXT NOT NULL DEFAULT '', level TEXT NOT NULL, set_at BIGINT NOT NULL, set_by BIGINT NOT NULL, PRIMARY KEY (account_id, office_id, role));

CREATE TABLE account_warnings (account_id INTEGER NOT NULL, kind TEXT NOT NULL, since BIGINT NOT NULL, told_at BIGINT NOT NULL, ended_at BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (account_id, kind));

CREATE TABLE accounts (
  id INTEGER NOT NULL PRIMARY KEY, channel TEXT NOT NULL, name TEXT NOT NULL, handle TEXT NOT NULL, external_id TEXT NOT NULL, office_id INTEGER NOT NULL,
  can_send BOOLEAN NOT NULL, archive BOOLEAN NOT NULL, acknowledge BOOLEAN NOT NULL, approve_replies BOOLEAN NOT NULL, max_length INTEGER NOT NULL DEFAULT 0,
  settings TEXT NOT NULL DEFAULT '{}', secret BYTEA, connected_at BIGINT NOT NULL, stopped_at BIGINT NOT NULL DEFAULT 0
, disconnected_at BIGINT NOT NULL DEFAULT 0, disconnect_reason TEXT NOT NULL DEFAULT '', month_budget_micro BIGINT NOT NULL DEFAULT 0, approval TEXT NOT NULL DEFAULT 'none', approve_roles TEXT NOT NULL DEFAULT '[]');
CREATE UNIQUE INDEX accounts_external ON accounts (channel, external_id) WHERE NOT archive;

CREATE TABLE alone_acts (
  post_id BIGINT NOT NULL PRIMARY KEY, decision TEXT NOT NULL, model INTEGER NOT NULL, sure INTEGER NOT NULL, at BIGINT NOT NULL, asked BOOLEAN NOT NULL,
  checked_at BIGINT NOT NULL DEFAULT 0, officer_id BIGINT NOT NULL DEFAULT 0, wrong BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX alone_acts_decision ON alone_acts (decision, at, post_id);

CREATE TABLE alone_rules (
  decision TEXT NOT NULL PRIMARY KEY, -- keep, route
  active BOOLEAN NOT NULL, stated INTEGER NOT NULL, threshold INTEGER NOT NULL, model INTEGER NOT NULL, cases INTEGER NOT NULL, alone INTEGER NOT NULL, wrong INTEGER NOT NULL,
  set_at BIGINT NOT NULL, officer_id BIGINT NOT NULL, ended_at BIGINT NOT NULL DEFAULT 0, ended_why TEXT NOT NULL DEFAULT ''
);

CREATE TABLE assist_uses (day TEXT NOT NULL, officer_id BIGINT NOT NULL, uses INTEGER NOT NULL, PRIMARY KEY (day, officer_id));

CREATE TABLE attachments (id BIGINT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, owner_id BIGINT NOT NULL, case_id BIGINT NOT NULL DEFAULT 0, hash TEXT NOT NULL, name TEXT NOT NULL);
CREATE INDEX attachments_case ON attachments (case_id) WHERE case_id <> 0;
CREATE INDEX attachments_hash ON attachments (hash);
CREATE INDEX attachments_owner ON attachments (owner, owner_id);

CREATE TABLE audit_exports (
  id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, from_day TEXT NOT NULL, to_day TEXT NOT NULL, asked_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL DEFAULT 0, size BIGINT NOT NULL DEFAULT 0, entries BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE authors (
  id BIGINT NOT NULL PRIMARY KEY, channel TEXT NOT NULL, external_id TEXT NOT NULL, handle TEXT NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL,
  verified BOOLEAN NOT NULL, official BOOLEAN NOT NULL DEFAULT FALSE, acks_day TEXT NOT NULL DEFAULT '', acks INTEGER NOT NULL DEFAULT 0, bad_address BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE UNIQUE INDEX authors_external ON authors (external_id, channel);
CREATE INDEX authors_handle ON authors (lower(handle), id);
CREATE INDEX authors_name ON authors (lower(name), id);

CREATE TABLE case_counters (
  office_id INTEGER NOT NULL, officer_id BIGINT NOT NULL, district_id INTEGER NOT NULL, department_id INTEGER NOT NULL, state TEXT NOT NULL, kind TEXT NOT NULL, late BOOLEAN NOT NULL, n BIGINT NOT NULL,
  PRIMARY KEY (office_id, officer_id, district_id, department_id, state, kind, late)
);

CREATE TABLE case_exclusions (case_id BIGINT NOT NULL, officer_id BIGINT NOT NULL DEFAULT 0, office_id INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (case_id, officer_id, office_id));
CREATE INDEX case_exclusions_office ON case_exclusions (office_id, case_id);
CREATE INDEX case_exclusions_officer ON case_exclusions (officer_id, case_id);

CREATE TABLE case_references (case_id BIGINT NOT NULL, system TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (case_id, system));

CREATE VIRTUAL TABLE case_search USING fts5(tokens, detail=none, tokenize='ascii');

CREATE TABLE cases (
  id BIGINT NOT NULL PRIMARY KEY, number TEXT NOT NULL UNIQUE, version INTEGER NOT NULL DEFAULT 1, state TEXT NOT NULL, before_state TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
  title TEXT NOT NULL, excerpt TEXT NOT NULL, channel TEXT NOT NULL, language TEXT NOT NULL,
  office_id INTEGER NOT NULL CHECK (office_id <> 0), officer_id BIGINT NOT NULL DEFAULT 0, district_id INTEGER NOT NULL DEFAULT 0, department_id INTEGER NOT NULL DEFAULT 0, subject_id INTEGER NOT NULL DEFAULT 0, place_id INTEGER NOT NULL DEFAULT 0,
  urgency TEXT NOT NULL, sensitive BOOLEAN NOT NULL, against BOOLEAN NOT NULL, cm_watch BOOLEAN NOT NULL,
  round INTEGER NOT NULL DEFAULT 0, returns INTEGER NOT NULL DEFAULT 0, level INTEGER NOT NULL DEFAULT 0, complained INTEGER NOT NULL DEFAULT 1, parent_id BIGINT NOT NULL DEFAULT 0,
  received_at BIGINT NOT NULL, opened_at BIGINT NOT NULL, clock_start BIGINT NOT NULL, limit_days INTEGER NOT NULL, response_due_at BIGINT NOT NULL, first_response_at BIGINT NOT NULL DEFAULT 0,
  due_at BIGINT NOT NULL, paused_at BIGINT NOT NULL DEFAULT 0, wait_until BIGINT NOT NULL DEFAULT 0, escalate_at BIGINT NOT NULL DEFAULT 0, warned INTEGER NOT NULL DEFAULT 0, late BOOLEAN NOT NULL DEFAULT FALSE,
  report_at BIGINT NOT NULL DEFAULT 0, resolved_at BIGINT NOT NULL DEFAULT 0, closed_at BIGINT, next_at BIGINT, approver_id BIGINT NOT NULL DEFAULT 0, undelivered BOOLEAN NOT NULL DEFAULT FALSE, head BYTEA, entries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX cases_closed ON cases (closed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_danger ON cases (due_at, id) WHERE closed_at IS NULL AND urgency = 'danger';
CREATE INDEX cases_department ON cases (department_id, id, state);
CREATE INDEX cases_district ON cases (district_id, id, state);
CREATE INDEX cases_next ON cases (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX cases_office ON cases (office_id, id, state);
CREATE INDEX cases_officer ON cases (officer_id, id, state);
CREATE INDEX cases_open ON cases (due_at, id, state) WHERE closed_at IS NULL;
CREATE INDEX cases_open_department ON cases (department_id, due_at, id, state) WHERE closed_at IS NULL;
CREATE INDEX cases_open_district ON cases (district_id, due_at, id, state) WHERE closed_at IS NULL;
CREATE INDEX cases_open_office ON cases (office_id, due_at, id, state) WHERE closed_at IS NULL;
CREATE INDEX cases_open_officer ON cases (officer_id, due_at, id, state) WHERE closed_at IS NULL;
CREATE INDEX cases_undelivered ON cases (due_at, id) WHERE undelivered;
CREATE INDEX cases_watched ON cases (due_at, id) WHERE closed_at IS NULL AND cm_watch;

CREATE TABLE chain_ends (log TEXT NOT NULL PRIMARY KEY, entries BIGINT NOT NULL, head BYTEA);

CREATE TABLE charges (
  id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, office_id INTEGER NOT NULL, role TEXT NOT NULL, title_en TEXT NOT NULL, title_hi TEXT NOT NULL,
  from_at BIGINT NOT NULL, to_at BIGINT NOT NULL DEFAULT 0, duty BOOLEAN NOT NULL DEFAULT FALSE
, additional BOOLEAN NOT NULL DEFAULT FALSE);
CREATE INDEX charges_office ON charges (office_id);
CREATE INDEX charges_officer ON charges (officer_id);
CREATE INDEX charges_role ON charges (role);

CREATE TABLE citizens_requests (
  id BIGINT NOT NULL PRIMARY KEY, author_id BIGINT NOT NULL, kind TEXT NOT NULL, -- export, erase
  asked_at BIGINT NOT NULL, asked_way TEXT NOT NULL, identity TEXT NOT NULL, reason TEXT NOT NULL, officer_id BIGINT NOT NULL, charge_id BIGINT NOT NULL, at BIGINT NOT NULL,
  state TEXT NOT NULL, -- working, done, failed
  done_at BIGINT NOT NULL DEFAULT 0, posts INTEGER NOT NULL DEFAULT 0, cases INTEGER NOT NULL DEFAULT 0, file TEXT NOT NULL DEFAULT '', expires_at BIGINT NOT NULL DEFAULT 0, fetched INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX citizens_requests_author ON citizens_requests (author_id, id);
CREATE INDEX citizens_requests_expire ON citizens_requests (expires_at) WHERE expires_at <> 0;

CREATE TABLE clocks (case_id BIGINT NOT NULL, round INTEGER NOT NULL, started_at BIGINT NOT NULL, limit_days INTEGER NOT NULL, due_at BIGINT NOT NULL, stopped_at BIGINT NOT NULL, late BOOLEAN NOT NULL, PRIMARY KEY (case_id, round));

CREATE TABLE cluster_posts (cluster_id BIGINT NOT NULL, post_id BIGINT NOT NULL, PRIMARY KEY (cluster_id, post_id));
CREATE INDEX cluster_posts_post ON cluster_posts (post_id);

CREATE TABLE clusters (
  id BIGINT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, mark BIGINT NOT NULL, subject_id INTEGER NOT NULL DEFAULT 0, district_id INTEGER NOT NULL DEFAULT 0, place TEXT NOT NULL DEFAULT '',
  first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, state TEXT NOT NULL, -- offered, taken, dismissed
  case_id BIGINT NOT NULL DEFAULT 0, officer_id BIGINT NOT NULL DEFAULT 0, decided_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX clusters_last ON clusters (last_at, id);
CREATE INDEX clusters_mark ON clusters (mark, last_at);
CREATE INDEX clusters_offered ON clusters (last_at, id) WHERE state = 'offered';

CREATE TABLE complainants (
  id BIGINT NOT NULL PRIMARY KEY, case_id BIGINT NOT NULL, author_id BIGINT NOT NULL, post_id BIGINT NOT NULL, channel TEXT NOT NULL, account_id INTEGER NOT NULL, language TEXT NOT NULL, verified BOOLEAN NOT NULL, joined_at BIGINT NOT NULL,
  delivered_at BIGINT NOT NULL DEFAULT 0, told_how TEXT NOT NULL DEFAULT '', feedback TEXT NOT NULL DEFAULT '', feedback_at BIGINT NOT NULL DEFAULT 0, feedback_until BIGINT NOT NULL DEFAULT 0, ack_state TEXT NOT NULL DEFAULT ''
);
CREATE INDEX complainants_account ON complainants (account_id, id);
CREATE UNIQUE INDEX complainants_author ON complainants (case_id, author_id);
CREATE INDEX complainants_by_author ON complainants (author_id, case_id);

CREATE TABLE covers (office_id INTEGER NOT NULL PRIMARY KEY, answering_id INTEGER NOT NULL, since BIGINT NOT NULL, upto BIGINT NOT NULL DEFAULT 0, told BOOLEAN NOT NULL DEFAULT FALSE);

CREATE TABLE cursors (account_id INTEGER NOT NULL, source TEXT NOT NULL, cursor TEXT NOT NULL, polled_at BIGINT NOT NULL, PRIMARY KEY (account_id, source));

CREATE TABLE daily_heads (
  day TEXT NOT NULL PRIMARY KEY, until_at BIGINT NOT NULL, made_at BIGINT NOT NULL, cases BIGINT NOT NULL, cases_hash BYTEA NOT NULL,
  office_n BIGINT NOT NULL, office_hash BYTEA, reads BIGINT NOT NULL, reads_hash BYTEA NOT NULL, prev BYTEA, hash BYTEA NOT NULL
);

CREATE TABLE deliveries (id BIGINT NOT NULL PRIMARY KEY, channel TEXT NOT NULL, received_at BIGINT NOT NULL, body BYTEA NOT NULL, state TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '');
CREATE INDEX deliveries_open ON deliveries (state, id) WHERE state <> 'read';

CREATE TABLE departments (id INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_en TEXT NOT NULL, name_hi TEXT NOT NULL, parent_id INTEGER NOT NULL DEFAULT 0, outside BOOLEAN NOT NULL DEFAULT FALSE);

CREATE TABLE disagreements (post_id BIGINT NOT NULL, other_id BIGINT NOT NULL, part TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (post_id, other_id));

CREATE TABLE districts (id INTEGER NOT NULL PRIMARY KEY, name_en TEXT NOT NULL, name_hi TEXT NOT NULL, since BIGINT NOT NULL DEFAULT 0, from_id INTEGER NOT NULL DEFAULT 0);

CREATE TABLE examples (
  id BIGINT NOT NULL PRIMARY KEY, post_id BIGINT NOT NULL, case_id BIGINT NOT NULL DEFAULT 0,
  act TEXT NOT NULL, -- open, join, keep, bring_back, correct, move
  officer_id BIGINT NOT NULL DEFAULT 0, charge_id BIGINT NOT NULL DEFAULT 0, at BIGINT NOT NULL, month INTEGER NOT NULL, channel TEXT NOT NULL, language TEXT NOT NULL,
  newest BOOLEAN NOT NULL DEFAULT TRUE, -- the latest word on the post
  model INTEGER NOT NULL, said_kind TEXT NOT NULL, said_reason TEXT NOT NULL, said_subject TEXT NOT NULL, said_department TEXT NOT NULL, said_district INTEGER NOT NULL, said_urgency TEXT NOT NULL,
  kind_sure INTEGER NOT NULL, subject_sure INTEGER NOT NULL, department_sure INTEGER NOT NULL, district_sure INTEGER NOT NULL,
  kind TEXT NOT NULL, reason TEXT NOT NULL, subject TEXT NOT NULL, department TEXT NOT NULL, district INTEGER NOT NULL, urgency TEXT NOT NULL -- empty and 0: nothing was said
);
CREATE INDEX examples_newest ON examples (month, id) WHERE newest;
CREATE INDEX examples_post ON examples (post_id, id);

CREATE TABLE files (hash TEXT NOT NULL PRIMARY KEY, type TEXT NOT NULL, size BIGINT NOT NULL, stored_at BIGINT NOT NULL, delete_at BIGINT NOT NULL DEFAULT 0);

CREATE TABLE handover_cases (handover_id BIGINT NOT NULL, case_id BIGINT NOT NULL, PRIMARY KEY (handover_id, case_id));

CREATE TABLE handovers (
  id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, office_id INTEGER NOT NULL, successor_id BIGINT NOT NULL DEFAULT 0,
  at BIGINT NOT NULL, done_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX handovers_office ON handovers (office_id, id);
CREATE INDEX handovers_officer ON handovers (officer_id, office_id);

CREATE TABLE history (
  case_id BIGINT NOT NULL, n INTEGER NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, actor_id BIGINT NOT NULL, charge_id BIGINT NOT NULL, event TEXT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL, office_id INTEGER NOT NULL, data TEXT NOT NULL,
  commitment BYTEA, prev BYTEA, hash BYTEA NOT NULL, PRIMARY KEY (case_id, n)
);
CREATE INDEX history_at ON history (at, case_id, n);
CREATE INDEX history_officer ON history (actor_id, at, case_id, n) WHERE actor = 'officer';

CREATE TABLE history_texts (case_id BIGINT NOT NULL, n INTEGER NOT NULL, text TEXT NOT NULL, salt BYTEA NOT NULL, PRIMARY KEY (case_id, n));

CREATE TABLE holds (id BIGINT NOT NULL PRIMARY KEY, account_id INTEGER NOT NULL DEFAULT 0, set_at BIGINT NOT NULL, set_by BIGINT NOT NULL, reason TEXT NOT NULL, lifted_at BIGINT NOT NULL DEFAULT 0, lifted_by BIGINT NOT NULL DEFAULT 0, office_id INTEGER NOT NULL DEFAULT 0);

CREATE TABLE holidays (day TEXT NOT NULL PRIMARY KEY, name_en TEXT NOT NULL, name_hi TEXT NOT NULL);

CREATE TABLE imports (id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, file TEXT NOT NULL, data BYTEA NOT NULL, at BIGINT NOT NULL);

CREATE TABLE invitations (officer_id BIGINT NOT NULL PRIMARY KEY, hash BYTEA NOT NULL UNIQUE, by_id BIGINT NOT NULL, made_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);

CREATE TABLE leases (name TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, fence BIGINT NOT NULL, until BIGINT NOT NULL);

CREATE TABLE leaves (
  id BIGINT NOT NULL PRIMARY KEY, charge_id BIGINT NOT NULL, officer_id BIGINT NOT NULL, substitute_id BIGINT NOT NULL DEFAULT 0,
  from_at BIGINT NOT NULL, to_at BIGINT NOT NULL, set_by BIGINT NOT NULL, set_at BIGINT NOT NULL
);
CREATE INDEX leaves_charge ON leaves (charge_id, to_at);
CREATE INDEX leaves_substitute ON leaves (substitute_id, to_at);

CREATE TABLE looks_as (id BIGINT NOT NULL PRIMARY KEY, by_id BIGINT NOT NULL, officer_id BIGINT NOT NULL, charge_id BIGINT NOT NULL, number TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL);

CREATE TABLE mails (
  id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL DEFAULT 0, kind TEXT NOT NULL, sealed BYTEA NOT NULL, again BOOLEAN NOT NULL, state TEXT NOT NULL, created_at BIGINT NOT NULL,
  send_at BIGINT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, fence BIGINT NOT NULL DEFAULT 0, lease_until BIGINT NOT NULL DEFAULT 0, ended_at BIGINT NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX mails_open ON mails (send_at, id) WHERE ended_at = 0;

CREATE TABLE matrix (department_id INTEGER NOT NULL, district_id INTEGER NOT NULL, office_id INTEGER NOT NULL, PRIMARY KEY (department_id, district_id));

CREATE TABLE matrix_places (department_id INTEGER NOT NULL, place_id INTEGER NOT NULL, office_id INTEGER NOT NULL, PRIMARY KEY (department_id, place_id));

CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE models (
  version INTEGER NOT NULL PRIMARY KEY, made_at BIGINT NOT NULL, officer_id BIGINT NOT NULL DEFAULT 0, examples INTEGER NOT NULL, held INTEGER NOT NULL, against INTEGER NOT NULL,
  worse BOOLEAN NOT NULL, figures TEXT NOT NULL, -- JSON: the comparison
  taken_at BIGINT NOT NULL DEFAULT 0, bytes INTEGER NOT NULL, file BYTEA
);

CREATE TABLE notices (id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, case_id BIGINT NOT NULL DEFAULT 0, post_id BIGINT NOT NULL DEFAULT 0, kind TEXT NOT NULL, data TEXT NOT NULL DEFAULT '', at BIGINT NOT NULL, read_at BIGINT NOT NULL DEFAULT 0, mail TEXT NOT NULL DEFAULT '', mail_id BIGINT NOT NULL DEFAULT 0);
CREATE INDEX notices_officer ON notices (officer_id, id);
CREATE INDEX notices_to_mail ON notices (mail, officer_id, id) WHERE mail <> '';
CREATE INDEX notices_unread ON notices (officer_id, id) WHERE read_at = 0;

CREATE TABLE office_log (n BIGINT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, actor_id BIGINT NOT NULL, event TEXT NOT NULL, data TEXT NOT NULL, prev BYTEA, hash BYTEA NOT NULL);

CREATE TABLE officers (
  id BIGINT NOT NULL PRIMARY KEY, email TEXT NOT NULL, name_en TEXT NOT NULL, name_hi TEXT NOT NULL, language TEXT NOT NULL DEFAULT 'en',
  keys BOOLEAN NOT NULL DEFAULT TRUE, password TEXT NOT NULL DEFAULT '', totp BYTEA, totp_last BIGINT NOT NULL DEFAULT 0, suspended_at BIGINT NOT NULL DEFAULT 0
, signature_en TEXT NOT NULL DEFAULT '', signature_hi TEXT NOT NULL DEFAULT '', template_language TEXT NOT NULL DEFAULT '', mail_cases TEXT NOT NULL DEFAULT '', mail_approvals TEXT NOT NULL DEFAULT '', mail_accounts TEXT NOT NULL DEFAULT '', mail_own TEXT NOT NULL DEFAULT '', digest_minute INTEGER NOT NULL DEFAULT 540, digest_day TEXT NOT NULL DEFAULT '');
CREATE UNIQUE INDEX officers_email ON officers (lower(email));

CREATE TABLE offices (
  id INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, name_en TEXT NOT NULL, name_hi TEXT NOT NULL, tier TEXT NOT NULL,
  parent_id INTEGER NOT NULL DEFAULT 0, district_id INTEGER NOT NULL DEFAULT 0, department_id INTEGER NOT NULL DEFAULT 0, closed_at BIGINT NOT NULL DEFAULT 0
, successor_id INTEGER NOT NULL DEFAULT 0);

CREATE TABLE oidc_charges (charge_id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, issuer TEXT NOT NULL);
CREATE INDEX oidc_charges_officer ON oidc_charges (officer_id);

CREATE TABLE oidc_links (issuer TEXT NOT NULL, subject TEXT NOT NULL, officer_id BIGINT NOT NULL, linked_at BIGINT NOT NULL, PRIMARY KEY (issuer, subject));
CREATE UNIQUE INDEX oidc_links_officer ON oidc_links (officer_id, issuer);

CREATE TABLE overseers (case_id BIGINT NOT NULL, level INTEGER NOT NULL, round INTEGER NOT NULL, office_id INTEGER NOT NULL, officer_id BIGINT NOT NULL, since BIGINT NOT NULL, PRIMARY KEY (case_id, round, level));
CREATE INDEX overseers_joined ON overseers (office_id, case_id) WHERE level = 0;

CREATE TABLE passkeys (
  id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, credential BYTEA NOT NULL UNIQUE, name TEXT NOT NULL, record TEXT NOT NULL, -- JSON of the library: public key, flags, counter
  added_at BIGINT NOT NULL, used_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX passkeys_officer ON passkeys (officer_id, id);

CREATE TABLE pauses (case_id BIGINT NOT NULL, n INTEGER NOT NULL, round INTEGER NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL DEFAULT 0, reason TEXT NOT NULL, by_id BIGINT NOT NULL, PRIMARY KEY (case_id, n));

CREATE TABLE places (id INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL, tier TEXT NOT NULL, name_en TEXT NOT NULL, name_hi TEXT NOT NULL, district_id INTEGER NOT NULL);

CREATE TABLE post_counters (day TEXT NOT NULL, account_id INTEGER NOT NULL, sorted TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (day, account_id, sorted));

CREATE TABLE post_exclusions (post_id BIGINT NOT NULL, officer_id BIGINT NOT NULL DEFAULT 0, office_id INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (post_id, officer_id, office_id));
CREATE INDEX post_exclusions_office ON post_exclusions (office_id, post_id);
CREATE INDEX post_exclusions_officer ON post_exclusions (officer_id, post_id);

CREATE TABLE post_keys (channel TEXT NOT NULL, dedup_key TEXT NOT NULL, post_id BIGINT NOT NULL, gone_at BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (dedup_key, channel));
CREATE INDEX post_keys_post ON post_keys (post_id);

CREATE TABLE post_prints (
  post_id BIGINT NOT NULL PRIMARY KEY, author_id BIGINT NOT NULL, m1 BIGINT NOT NULL, m2 BIGINT NOT NULL, m3 BIGINT NOT NULL,
  event BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX post_prints_event ON post_prints (event, post_id) WHERE event <> 0;
CREATE INDEX post_prints_m1 ON post_prints (m1, post_id) WHERE m1 <> 0;
CREATE INDEX post_prints_m2 ON post_prints (m2, post_id) WHERE m2 <> 0;
CREATE INDEX post_prints_m3 ON post_prints (m3, post_id) WHERE m3 <> 0;

CREATE TABLE post_versions (post_id BIGINT NOT NULL, version INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, full_text TEXT NOT NULL, raw BYTEA, replaced_at BIGINT NOT NULL, PRIMARY KEY (post_id, version));

CREATE TABLE posts (
  id BIGINT NOT NULL PRIMARY KEY, version INTEGER NOT NULL DEFAULT 1, channel TEXT NOT NULL, external_id TEXT NOT NULL, dedup_key TEXT NOT NULL, thread_id TEXT NOT NULL, parent_id TEXT NOT NULL,
  account_id INTEGER NOT NULL, -- the official account that saw it first
  form TEXT NOT NULL, public BOOLEAN NOT NULL, direction TEXT NOT NULL, author_id BIGINT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, full_text TEXT NOT NULL, lang TEXT NOT NULL,
  posted_at BIGINT NOT NULL, received_at BIGINT NOT NULL, url TEXT NOT NULL, facts TEXT NOT NULL, -- JSON: media, place, mentions, quotes, mail
  raw BYTEA, sorted TEXT NOT NULL, verdict TEXT NOT NULL DEFAULT '', urgency TEXT NOT NULL DEFAULT 'ordinary', kept_reason TEXT NOT NULL DEFAULT '', case_id BIGINT NOT NULL DEFAULT 0,
  verbatim TEXT NOT NULL DEFAULT '', copies INTEGER NOT NULL DEFAULT 0, sorted_by BIGINT NOT NULL DEFAULT 0, sorted_at BIGINT NOT NULL DEFAULT 0,
  edited_at BIGINT NOT NULL DEFAULT 0, gone_at BIGINT NOT NULL DEFAULT 0, erased_at BIGINT NOT NULL DEFAULT 0, imported BOOLEAN NOT NULL DEFAULT FALSE, next_at BIGINT NOT NULL DEFAULT 0
, checked_at BIGINT NOT NULL DEFAULT 0, check_at BIGINT NOT NULL DEFAULT 0);
CREATE INDEX posts_ask ON posts (urgency, received_at, id) WHERE sorted IN ('ask', 'failed');
CREATE INDEX posts_author ON posts (author_id, id);
CREATE INDEX posts_case ON posts (case_id, posted_at, id) WHERE case_id <> 0;
CREATE INDEX posts_check ON posts (account_id, check_at, id) WHERE check_at <> 0;
CREATE INDEX posts_copies ON posts (author_id, verbatim, id) WHERE verbatim <> '';
CREATE INDEX posts_external ON posts (channel, external_id) WHERE external_id <> '';
CREATE INDEX posts_kept ON posts (id) WHERE sorted = 'kept';
CREATE INDEX posts_new ON posts (id) WHERE sorted = 'new';
CREATE INDEX posts_next ON posts (next_at) WHERE next_at <> 0;
CREATE INDEX posts_raw ON posts (id) WHERE raw IS NOT NULL;
CREATE INDEX posts_thread ON posts (channel, thread_id, id) WHERE thread_id <> '';

CREATE TABLE read_chains (day TEXT NOT NULL, writer TEXT NOT NULL, entries BIGINT NOT NULL, head BYTEA NOT NULL, PRIMARY KEY (day, writer));

CREATE TABLE read_log (
  day TEXT NOT NULL, writer TEXT NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL, officer_id BIGINT NOT NULL, charge_id BIGINT NOT NULL,
  what TEXT NOT NULL, case_id BIGINT NOT NULL, subject TEXT NOT NULL, route TEXT NOT NULL, prev BYTEA, hash BYTEA NOT NULL, PRIMARY KEY (day, writer, n)
);
CREATE INDEX read_log_at ON read_log (at, day, writer, n);
CREATE INDEX read_log_case ON read_log (case_id, at, day, writer, n) WHERE case_id <> 0;
CREATE INDEX read_log_officer ON read_log (officer_id, at, day, writer, n);

CREATE TABLE recovery_codes (officer_id BIGINT NOT NULL, hash BYTEA NOT NULL, used_at BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (officer_id, hash));

CREATE TABLE replies (
  id BIGINT NOT NULL PRIMARY KEY, case_id BIGINT NOT NULL, complainant_id BIGINT NOT NULL, post_id BIGINT NOT NULL, account_id INTEGER NOT NULL, way TEXT NOT NULL, kind TEXT NOT NULL, automatic BOOLEAN NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
  state TEXT NOT NULL, author_id BIGINT NOT NULL, approver_id BIGINT NOT NULL DEFAULT 0, report_id BIGINT NOT NULL DEFAULT 0, once_key TEXT UNIQUE, created_at BIGINT NOT NULL, approved_at BIGINT NOT NULL DEFAULT 0, send_at BIGINT NOT NULL DEFAULT 0,
  fence BIGINT NOT NULL DEFAULT 0, lease_until BIGINT NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, looks INTEGER NOT NULL DEFAULT 0, started_at BIGINT NOT NULL DEFAULT 0, sent_at BIGINT NOT NULL DEFAULT 0,
  external_id TEXT NOT NULL DEFAULT '', message_id TEXT NOT NULL DEFAULT '', fail_class TEXT NOT NULL DEFAULT '', fail_key TEXT NOT NULL DEFAULT ''
, version INTEGER NOT NULL DEFAULT 0, approved_hash TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '');
CREATE INDEX replies_account ON replies (account_id, id);
CREATE INDEX replies_case ON replies (case_id, id);
CREATE INDEX replies_external ON replies (account_id, external_id) WHERE external_id <> '';
CREATE INDEX replies_message ON replies (message_id) WHERE message_id <> '';
CREATE INDEX replies_open ON replies (state, send_at, id) WHERE state IN ('queued', 'sending', 'doubtful', 'awaiting_approval');

CREATE TABLE reports (
  id BIGINT NOT NULL PRIMARY KEY, case_id BIGINT NOT NULL, version INTEGER NOT NULL, round INTEGER NOT NULL, author_id BIGINT NOT NULL, written_at BIGINT NOT NULL, text TEXT NOT NULL, done_at BIGINT NOT NULL, done_by TEXT NOT NULL, place TEXT NOT NULL,
  state TEXT NOT NULL, reviewer_id BIGINT NOT NULL DEFAULT 0, reviewed_at BIGINT NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX reports_version ON reports (case_id, version);

CREATE TABLE retention (rule TEXT NOT NULL PRIMARY KEY, days INTEGER NOT NULL DEFAULT 0, done_day TEXT NOT NULL DEFAULT '', removed BIGINT NOT NULL DEFAULT 0);

CREATE TABLE roles (
  code TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL DEFAULT 1, name_en TEXT NOT NULL, name_hi TEXT NOT NULL, reach TEXT NOT NULL,
  grants TEXT NOT NULL, -- JSON list of permissions
  retired_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE searches (id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL, query TEXT NOT NULL, at BIGINT NOT NULL, filters TEXT NOT NULL DEFAULT '');

CREATE TABLE secret_links (hash BYTEA NOT NULL PRIMARY KEY, case_id BIGINT NOT NULL, complainant_id BIGINT NOT NULL, expires_at BIGINT NOT NULL);
CREATE INDEX secret_links_case ON secret_links (case_id);

CREATE TABLE serials (year INTEGER NOT NULL PRIMARY KEY, last BIGINT NOT NULL, skipped BIGINT NOT NULL DEFAULT 0);

CREATE TABLE sessions (token TEXT NOT NULL PRIMARY KEY, data BYTEA NOT NULL, expiry BIGINT NOT NULL, officer_id BIGINT NOT NULL DEFAULT 0, id BIGINT NOT NULL DEFAULT 0, began_at BIGINT NOT NULL DEFAULT 0, seen_at BIGINT NOT NULL DEFAULT 0, address TEXT NOT NULL DEFAULT '', agent TEXT NOT NULL DEFAULT '', ended_at BIGINT NOT NULL DEFAULT 0);
CREATE INDEX sessions_officer ON sessions (officer_id);

CREATE TABLE sightings (post_id BIGINT NOT NULL, account_id INTEGER NOT NULL, seen_at BIGINT NOT NULL, PRIMARY KEY (post_id, account_id));

CREATE TABLE sign_in_attempts (key TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL, since BIGINT NOT NULL, until BIGINT NOT NULL DEFAULT 0);

CREATE TABLE subjects (
  id INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, department_id INTEGER NOT NULL, body_id INTEGER NOT NULL DEFAULT 0,
  category_en TEXT NOT NULL, category_hi TEXT NOT NULL, name_en TEXT NOT NULL, name_hi TEXT NOT NULL,
  kind_hint TEXT NOT NULL, urgency TEXT NOT NULL, limit_days INTEGER NOT NULL, limit_source TEXT NOT NULL, sensitive BOOLEAN NOT NULL
);

CREATE TABLE template_texts (
  template_id BIGINT NOT NULL, version INTEGER NOT NULL, way TEXT NOT NULL, channel TEXT NOT NULL DEFAULT '', department_id INTEGER NOT NULL DEFAULT 0, subject_id INTEGER NOT NULL DEFAULT 0,
  name_en TEXT NOT NULL, name_hi TEXT NOT NULL, text_en TEXT NOT NULL, text_hi TEXT NOT NULL,
  author_id BIGINT NOT NULL, written_at BIGINT NOT NULL, approver_id BIGINT NOT NULL DEFAULT 0, approved_at BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (template_id, version)
);

CREATE TABLE template_uses (officer_id BIGINT NOT NULL, template_id BIGINT NOT NULL, used_at BIGINT NOT NULL, PRIMARY KEY (officer_id, template_id));

CREATE TABLE templates (
  id BIGINT NOT NULL PRIMARY KEY,
  code TEXT NOT NULL DEFAULT '', -- of one that is delivered with the program
  office_id INTEGER NOT NULL DEFAULT 0, -- 0: shared by the whole state
  latest INTEGER NOT NULL,
  usable INTEGER NOT NULL DEFAULT 0, -- the version that may be used
  retired_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX templates_code ON templates (code) WHERE code <> '';
CREATE INDEX templates_office ON templates (office_id);

CREATE TABLE thread_acks (channel TEXT NOT NULL, thread_id TEXT NOT NULL, reply_id BIGINT NOT NULL, PRIMARY KEY (channel, thread_id));

CREATE TABLE thread_codes (id BIGINT NOT NULL PRIMARY KEY, case_id BIGINT NOT NULL, code TEXT NOT NULL, browser BYTEA NOT NULL, expires_at BIGINT NOT NULL, complainant_id BIGINT NOT NULL DEFAULT 0, used_at BIGINT NOT NULL DEFAULT 0);
CREATE INDEX thread_codes_case ON thread_codes (case_id, code);

CREATE TABLE told_apart (post_id BIGINT NOT NULL, other_id BIGINT NOT NULL, officer_id BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (post_id, other_id));
CREATE INDEX told_apart_other ON told_apart (other_id);

CREATE TABLE tombstones (channel TEXT NOT NULL, dedup_key TEXT NOT NULL, erased_at BIGINT NOT NULL, PRIMARY KEY (dedup_key, channel));

CREATE TABLE trainings (
  id BIGINT NOT NULL PRIMARY KEY, officer_id BIGINT NOT NULL DEFAULT 0, asked_at BIGINT NOT NULL, began_at BIGINT NOT NULL DEFAULT 0, ended_at BIGINT NOT NULL DEFAULT 0,
  state TEXT NOT NULL, -- waiting, running, done, nothing, failed
  version INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE word_months (month INTEGER NOT NULL PRIMARY KEY, posts INTEGER NOT NULL, words BIGINT NOT NULL, unknown BIGINT NOT NULL);
