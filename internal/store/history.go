package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"nivaran/internal/grievance"
)

// Record adds an entry to the case's history. data is made JSON of ids and codes, never
// of words; text is free and can be erased later without breaking the chain. Entries are
// chained and written when the transaction ends.
func (tx *Tx) Record(ctx context.Context, by grievance.Actor, e grievance.Event, c *grievance.Case, from grievance.State, data map[string]any, text string, now time.Time) error {
	entry := &grievance.Entry{
		CaseID: c.ID, At: now.Truncate(time.Millisecond), Actor: by.Kind, ActorID: by.ID, ChargeID: by.ChargeID,
		Event: e, From: from, To: c.State, OfficeID: c.OfficeID, Data: "{}", Text: text,
	}
	if len(data) > 0 {
		b, err := json.Marshal(data)
		if err != nil {
			return fmt.Errorf("record %s: %w", e, err)
		}
		entry.Data = string(b)
	}
	if text != "" {
		entry.Salt = make([]byte, 16)
		rand.Read(entry.Salt)
		entry.Commit = grievance.Commitment(entry.Salt, text)
	}
	tx.entries = append(tx.entries, entry)
	return tx.hold("history", tx.flushEntries)
}

// flushEntries chains the entries of the transaction to the head of each case.
func (tx *Tx) flushEntries(ctx context.Context) error {
	entries := tx.entries
	tx.entries = nil
	if len(entries) == 0 {
		return nil
	}
	heads, err := tx.heads(ctx, entries)
	if err != nil {
		return err
	}
	sealed, err := tx.sealedUntil(ctx)
	if err != nil {
		return err
	}
	var rows, texts [][]any
	for _, e := range entries {
		h := heads[e.CaseID]
		if h == nil {
			return fmt.Errorf("chain history of case %s: %w", e.CaseID, grievance.ErrNotFound)
		}
		if e.At.Before(sealed) { // no entry comes into a day whose head stands
			e.At = sealed
		}
		h.entries++
		e.N, e.Prev = h.entries, h.hash
		e.Hash = e.Sum()
		h.hash = e.Hash
		rows = append(rows, []any{e.CaseID, e.N, ms(e.At), e.Actor, e.ActorID, e.ChargeID, e.Event, e.From, e.To, e.OfficeID, e.Data, e.Commit, e.Prev, e.Hash})
		if e.Text != "" {
			texts = append(texts, []any{e.CaseID, e.N, e.Text, e.Salt})
		}
	}
	if err := tx.insertMany(ctx, "history", historyColumns, "", rows); err != nil {
		return err
	}
	if err := tx.insertMany(ctx, "history_texts", "case_id, n, text, salt", "", texts); err != nil {
		return err
	}
	var written [][]any
	for _, id := range sortedKeys(heads, compareIDs) {
		h := heads[id]
		if n := tx.cases[id]; n != nil {
			n.head, n.entries = h.hash, h.entries
			continue
		}
		written = append(written, []any{id, h.hash, h.entries})
	}
	_, err = tx.updateMany(ctx, "cases", "id", "", []string{"head BYTEA", "entries INTEGER"}, written)
	return err
}

// heads reads, and holds, the heads of the cases that have new entries.
func (tx *Tx) heads(ctx context.Context, entries []*grievance.Entry) (map[grievance.ID]*chainHead, error) {
	heads := map[grievance.ID]*chainHead{}
	var ids []grievance.ID
	for _, e := range entries {
		if n := tx.cases[e.CaseID]; n != nil {
			heads[e.CaseID] = &chainHead{e.CaseID, n.head, n.entries}
		} else if !slices.Contains(ids, e.CaseID) {
			ids = append(ids, e.CaseID)
		}
	}
	if len(ids) == 0 {
		return heads, nil
	}
	w := &where{}
	inList(w, "id", ids)
	// Past what is held back: those cases are in the tables already.
	rows, err := tx.Tx.QueryContext(ctx, `SELECT id, head, entries FROM cases WHERE `+w.String()+` ORDER BY id`+tx.s.engine.forUpdate(), w.args...)
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var h chainHead
		err := r.Scan(&h.id, &h.hash, &h.entries)
		heads[h.id] = &h
		return struct{}{}, err
	})
	return heads, err
}

const historyColumns = `case_id, n, at, actor, actor_id, charge_id, event, from_state, to_state, office_id, data, commitment, prev, hash`

// entryColumns and entryTables read entries with their texts.
const (
	entryColumns = `h.case_id, h.n, h.at, h.actor, h.actor_id, h.charge_id, h.event, h.from_state, h.to_state, h.office_id, h.data, h.commitment, h.prev, h.hash, COALESCE(t.text, ''), t.salt`
	entryTables  = ` FROM history h LEFT JOIN history_texts t ON t.case_id = h.case_id AND t.n = h.n `
)

func scanEntry(r *sql.Rows) (e grievance.Entry, err error) {
	var when int64
	err = r.Scan(&e.CaseID, &e.N, &when, &e.Actor, &e.ActorID, &e.ChargeID, &e.Event, &e.From, &e.To, &e.OfficeID, &e.Data, &e.Commit, &e.Prev, &e.Hash, &e.Text, &e.Salt)
	e.At = at(when)
	return e, err
}

// History reads the entries of a case with their texts, oldest first.
func (tx *Tx) History(ctx context.Context, c grievance.ID) ([]grievance.Entry, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+entryColumns+entryTables+`WHERE h.case_id = $1 ORDER BY h.n`, c)
	return collect(rows, err, scanEntry)
}

// RecordOffice adds an entry to the chain of what was done to the organisation. data is
// of ids and codes, never of words.
func (tx *Tx) RecordOffice(ctx context.Context, by grievance.Actor, event string, data map[string]any, now time.Time) error {
	b, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("record %s: %w", event, err)
	}
	e := grievance.OfficeEntry{At: now.Truncate(time.Millisecond), Actor: by.ID, Event: event, Data: string(b)}
	if e.N, e.Prev, err = tx.extend(ctx, "office_log"); err != nil {
		return fmt.Errorf("record %s: %w", event, err)
	}
	e.Hash = e.Sum()
	if err := tx.end(ctx, "office_log", e.Hash); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO office_log (`+officeLogColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		e.N, ms(e.At), e.Actor, e.Event, e.Data, e.Prev, e.Hash)
	return err
}

const officeLogColumns = `n, at, actor_id, event, data, prev, hash`

func scanOfficeEntry(r *sql.Rows) (e grievance.OfficeEntry, err error) {
	var when int64
	err = r.Scan(&e.N, &when, &e.Actor, &e.Event, &e.Data, &e.Prev, &e.Hash)
	e.At = at(when)
	return e, err
}
