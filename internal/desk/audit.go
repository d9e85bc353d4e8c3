package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// LogRequest asks for a page of a log, as an auditor types it; empty fields do not narrow.
type LogRequest struct {
	From, To string // days in India, both in it
	Officer  string // e-mail
	Number   string // registration number
	OfficeID int
	Event    string
	After    string // LogPage.After of the page before
}

// logRows is how many lines a page of a log holds.
const logRows = 100

// LogPage is a page of a log, the newest first. After continues it; LookedTo says that it
// is short because no more lines were looked through.
type LogPage[T any] struct {
	Lines []T
	store.LogNext
	Officers map[grievance.ID]grievance.Officer // all that occur
	Numbers  map[grievance.ID]string            // registration numbers of the cases that searches showed
}

// mayAuditAll says whether the actor may audit what belongs to no case.
func mayAuditAll(by grievance.Actor) bool { return by.May(grievance.MayAudit) && by.Scope.All }

// filter reads what was typed.
func (d *Desk) logFilter(ctx context.Context, tx *store.Tx, by grievance.Actor, r LogRequest) (store.LogFilter, error) {
	f := store.LogFilter{OfficeID: r.OfficeID, Event: r.Event, After: r.After}
	if err := (RecordRequest{Days: store.Days{From: r.From, To: r.To}}).check(); err != nil {
		return f, err
	}
	if r.From != "" {
		f.From, _ = grievance.DayStart(r.From) // checked above
	}
	if r.To != "" {
		last, _ := grievance.DayStart(r.To)
		f.To = grievance.NextDay(last)
	}
	if email := strings.TrimSpace(r.Officer); email != "" {
		o, _, err := tx.OfficerByEmail(ctx, email)
		if isNone(err) {
			return f, grievance.Invalid("officer", "error.officer_unknown")
		}
		if err != nil {
			return f, err
		}
		f.OfficerID = o.ID
	}
	if strings.TrimSpace(r.Number) == "" {
		return f, nil
	}
	number, err := grievance.ParseRegistrationNumber(r.Number)
	if err != nil {
		return f, grievance.Invalid("number", "error.number_malformed")
	}
	c, err := tx.CaseByNumber(ctx, by.Scope, number)
	if isNone(err) {
		return f, grievance.Invalid("number", "error.number_unknown")
	}
	if err == nil {
		f.CaseID = c.ID
	}
	return f, err
}

// logPage reads one page of a log, with the officers who occur in it.
func logPage[T any](ctx context.Context, d *Desk, by grievance.Actor, may bool, r LogRequest, read func(*store.Tx, store.LogFilter, *LogPage[T]) (officers []grievance.ID, err error)) (p LogPage[T], err error) {
	if !may {
		return p, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		f, err := d.logFilter(ctx, tx, by, r)
		if err != nil {
			return err
		}
		ids, err := read(tx, f, &p)
		if err != nil {
			return err
		}
		p.Officers, err = officersByID(ctx, tx, ids)
		return err
	})
	return p, err
}

// HistoryLog lists the acts on all cases of the actor's scope. Texts are not in it: they
// are read on the page of the case, which the read log knows.
func (d *Desk) HistoryLog(ctx context.Context, by grievance.Actor, r LogRequest) (LogPage[store.HistoryLine], error) {
	return logPage(ctx, d, by, by.May(grievance.MayAudit), r, func(tx *store.Tx, f store.LogFilter, p *LogPage[store.HistoryLine]) (ids []grievance.ID, err error) {
		p.Lines, p.LogNext, err = tx.HistoryLog(ctx, by.Scope, f, logRows)
		for _, l := range p.Lines {
			if l.Actor == grievance.OfficerActor {
				ids = append(ids, l.ActorID)
			}
		}
		return ids, err
	})
}

// ReadLog lists who saw what. What is about a case that the actor does not reach, or is
// kept away from, is not in it.
func (d *Desk) ReadLog(ctx context.Context, by grievance.Actor, r LogRequest) (LogPage[store.ReadLine], error) {
	return logPage(ctx, d, by, by.May(grievance.MayAudit), r, func(tx *store.Tx, f store.LogFilter, p *LogPage[store.ReadLine]) (ids []grievance.ID, err error) {
		if p.Lines, p.LogNext, err = tx.Reads(ctx, by.Scope, f, logRows); err != nil {
			return nil, err
		}
		for _, l := range p.Lines {
			ids = append(ids, l.OfficerID)
		}
		p.Numbers, err = shownCases(ctx, tx, by, p.Lines)
		return ids, err
	})
}

// CasesShown are the ids of the cases that a search showed, from the subject of its entry.
func CasesShown(e grievance.Read) (ids []grievance.ID) {
	if e.What != grievance.ReadSearch {
		return nil
	}
	words := strings.Fields(e.Subject)
	for _, w := range words[min(1, len(words)):] {
		if id, err := grievance.ParseID(w); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// shownCases are the numbers of the cases that searches showed, of those that the actor
// may see.
func shownCases(ctx context.Context, tx *store.Tx, by grievance.Actor, lines []store.ReadLine) (map[grievance.ID]string, error) {
	numbers := map[grievance.ID]string{}
	for _, l := range lines {
		ids := CasesShown(l.Read)
		if len(ids) == 0 {
			continue
		}
		cases, err := tx.Cases(ctx, by.Scope, store.CaseFilter{IDs: ids, Limit: len(ids)})
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			numbers[c.ID] = c.Number
		}
	}
	return numbers, nil
}

// OfficeLog lists what was done to the organisation.
func (d *Desk) OfficeLog(ctx context.Context, by grievance.Actor, r LogRequest) (LogPage[grievance.OfficeEntry], error) {
	return logPage(ctx, d, by, mayAuditAll(by), r, func(tx *store.Tx, f store.LogFilter, p *LogPage[grievance.OfficeEntry]) (ids []grievance.ID, err error) {
		p.Lines, p.LogNext, err = tx.OfficeLog(ctx, f, logRows)
		p.Lines = slices.DeleteFunc(p.Lines, func(e grievance.OfficeEntry) bool { return meets(by, e) })
		for _, l := range p.Lines {
			ids = append(ids, l.Actor)
			for _, v := range OfficeData(l) {
				if id, err := grievance.ParseID(v.Value); err == nil && v.Name == "officer" {
					ids = append(ids, id)
				}
			}
		}
		return ids, err
	})
}

// DailyHeads lists the heads of the days before one (empty: of all), with what they count.
func (d *Desk) DailyHeads(ctx context.Context, by grievance.Actor, before string) ([]grievance.DailyHead, error) {
	if !mayAuditAll(by) {
		return nil, grievance.ErrForbidden
	}
	return d.PublicHeads(ctx, before)
}

func officersByID(ctx context.Context, tx *store.Tx, ids []grievance.ID) (map[grievance.ID]grievance.Officer, error) {
	found := map[grievance.ID]grievance.Officer{}
	for _, id := range ids {
		if _, ok := found[id]; ok || id == 0 {
			continue
		}
		o, err := tx.Officer(ctx, id)
		if err != nil && !errors.Is(err, grievance.ErrNotFound) && !isNone(err) {
			return nil, err
		}
		found[id] = o
	}
	return found, nil
}

// postExcluded is the one event of the office log that names who is complained of.
const postExcluded = "post.excluded"

// meets says whether the entry tells that somebody complains of the actor.
func meets(by grievance.Actor, e grievance.OfficeEntry) bool {
	if e.Event != postExcluded {
		return false
	}
	var x struct {
		Officer grievance.ID `json:"officer"`
		Office  int          `json:"office"`
	}
	err := json.Unmarshal([]byte(e.Data), &x)
	return err != nil || complainsOf(by, store.Exclusion{OfficerID: x.Officer, OfficeID: x.Office})
}

// Fact is a name and a value of an entry's data.
type Fact struct{ Name, Value string }

// OfficeData are the ids and codes of an entry of the office log, by name.
func OfficeData(e grievance.OfficeEntry) (facts []Fact) {
	d := json.NewDecoder(strings.NewReader(e.Data))
	d.UseNumber()
	var data map[string]any
	if err := d.Decode(&data); err != nil {
		return []Fact{{Name: "data", Value: e.Data}}
	}
	for _, name := range slices.Sorted(maps.Keys(data)) {
		if v := data[name]; v != nil && v != "" && fmt.Sprint(v) != "0" {
			facts = append(facts, Fact{Name: name, Value: fmt.Sprint(v)})
		}
	}
	return facts
}

// LogSince is the day from which a log is shown when nothing was typed: a week.
func (d *Desk) LogSince() string { return grievance.IndianDay(d.Now().Add(-7 * 24 * time.Hour)) }
