package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// copyDays is how long a citizen's copy can be fetched by the officer who asked for it.
const copyDays = 7

// SeekCitizen keeps what was typed to find a citizen, so that it stands in no address.
func (d *Desk) SeekCitizen(ctx context.Context, by grievance.Actor, query string) (id grievance.ID, err error) {
	if !by.May(grievance.MayAnswerCitizens) {
		return 0, grievance.ErrForbidden
	}
	query = grievance.Excerpt(clean(query), 200)
	if len([]rune(query)) < 3 {
		return 0, grievance.Invalid("q", "error.citizen_short")
	}
	err = d.Store.Tx(ctx, func(tx *store.Tx) error {
		id, err = tx.SaveSearch(ctx, by.ID, query, "", d.Now())
		return err
	})
	return id, err
}

// citizensFound is how many citizens a search shows.
const citizensFound = 50

// FoundCitizens lists who fits what was typed.
func (d *Desk) FoundCitizens(ctx context.Context, by grievance.Actor, search grievance.ID) (query string, all []store.Citizen, err error) {
	if !by.May(grievance.MayAnswerCitizens) {
		return "", nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) (err error) {
		if query, _, err = tx.SearchQuery(ctx, by.ID, search); err != nil {
			return err
		}
		all, err = tx.FindCitizens(ctx, by.Scope, query, citizensFound)
		return err
	})
	if err == nil {
		d.Reads.Note(by, grievance.ReadSearch, 0, "citizens "+search.String())
	}
	return query, all, err
}

// CitizenView is what is held of one citizen, as far as the officer may know.
type CitizenView struct {
	store.Citizen
	Cases    []*grievance.Case // the first hundred
	Requests []grievance.DataRequest
	Officers map[grievance.ID]grievance.Officer
}

// Citizen shows what is held of an author.
func (d *Desk) Citizen(ctx context.Context, by grievance.Actor, id grievance.ID) (v CitizenView, err error) {
	if !by.May(grievance.MayAnswerCitizens) {
		return v, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		if v.Citizen, err = tx.Citizen(ctx, by.Scope, id); err != nil {
			return err
		}
		ids, err := tx.CasesOfCitizen(ctx, by.Scope, id, 0, 100)
		if err != nil {
			return err
		}
		for _, c := range ids {
			one, err := tx.Case(ctx, by.Scope, c)
			if err != nil {
				return err
			}
			v.Cases = append(v.Cases, one)
		}
		if v.Requests, err = tx.Requests(ctx, id, 100); err != nil {
			return err
		}
		v.Officers, err = officersOf(ctx, tx, v.Requests)
		return err
	})
	if err != nil {
		return v, fmt.Errorf("citizen %s: %w", id, err)
	}
	d.Reads.Note(by, grievance.ReadList, 0, fmt.Sprintf("citizen %s, %d cases", id, len(v.Cases)))
	return v, nil
}

func officersOf(ctx context.Context, tx *store.Tx, all []grievance.DataRequest) (map[grievance.ID]grievance.Officer, error) {
	byID := map[grievance.ID]grievance.Officer{}
	for _, q := range all {
		o, err := tx.Officer(ctx, q.Officer)
		if err != nil && !isNone(err) {
			return nil, err
		}
		byID[q.Officer] = o
	}
	return byID, nil
}

// DataRequests lists what citizens demanded of their data, the newest first.
func (d *Desk) DataRequests(ctx context.Context, by grievance.Actor) (all []grievance.DataRequest, officers map[grievance.ID]grievance.Officer, err error) {
	if !by.May(grievance.MayAnswerCitizens) {
		return nil, nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) (err error) {
		if all, err = tx.Requests(ctx, 0, 200); err != nil {
			return err
		}
		officers, err = officersOf(ctx, tx, all)
		return err
	})
	return all, officers, err
}

// DataDemand is what an officer records of a citizen's demand.
type DataDemand struct {
	Demand                grievance.Demand
	AskedAt               time.Time // the day
	Way, Identity, Reason string
	// Anyway: also with open cases, in which nobody can answer the citizen after it.
	Anyway bool
}

// WorkRequestArgs orders the work on a citizen's demand. After is the case up to which it
// has come.
type WorkRequestArgs struct {
	RequestID grievance.ID `json:"request_id"`
	After     grievance.ID `json:"after"`
}

// Kind names the job.
func (WorkRequestArgs) Kind() string { return "work_request" }

// DemandData records what a citizen demands of the own data and orders the work. The same
// asked again while it is in work is one demand.
func (d *Desk) DemandData(ctx context.Context, by grievance.Actor, author grievance.ID, r DataDemand) (id grievance.ID, err error) {
	if !by.May(grievance.MayAnswerCitizens) {
		return 0, grievance.ErrForbidden
	}
	now := d.Now()
	for _, err := range []error{
		within("demand", r.Demand, []grievance.Demand{grievance.DemandExport, grievance.DemandErasure}),
		within("way", r.Way, grievance.DemandWays), within("identity", r.Identity, grievance.DemandIdentities), within("reason", r.Reason, grievance.DemandReasons),
	} {
		if err != nil {
			return 0, err
		}
	}
	if r.AskedAt.IsZero() || r.AskedAt.After(now) {
		return 0, grievance.Invalid("asked_at", "error.asked_at")
	}
	err = d.Store.Tx(ctx, func(tx *store.Tx) error {
		c, err := tx.Citizen(ctx, by.Scope, author)
		if err != nil {
			return err
		}
		before, err := tx.Requests(ctx, author, 100)
		if err != nil {
			return err
		}
		for _, q := range before {
			if q.State == grievance.RequestWorking && q.Demand == r.Demand {
				id = q.ID
				return nil
			}
		}
		if r.Demand == grievance.DemandErasure && c.Open > 0 && !r.Anyway {
			return &grievance.InvalidError{Field: "anyway", Key: "error.erase_open", Args: map[string]any{"Count": c.Open}}
		}
		id = tx.NewID(now)
		q := grievance.DataRequest{ID: id, AuthorID: author, Demand: r.Demand, AskedAt: r.AskedAt, Way: r.Way, Identity: r.Identity, Reason: r.Reason,
			Officer: by.ID, Charge: by.ChargeID, At: now, State: grievance.RequestWorking}
		if err := tx.SaveRequest(ctx, q); err != nil {
			return err
		}
		if err := tx.RecordOffice(ctx, by, "citizen.asked", map[string]any{"request": id, "author": author, "demand": r.Demand}, now); err != nil {
			return err
		}
		return tx.Enqueue(ctx, WorkRequestArgs{RequestID: id}, store.Job{Queue: "slow"})
	})
	if err != nil {
		return 0, fmt.Errorf("demand of citizen %s: %w", author, err)
	}
	return id, nil
}

// WorkRequest does one step of a citizen's demand and orders the next, which it gives; nil
// when the demand is met.
func (d *Desk) WorkRequest(ctx context.Context, a WorkRequestArgs) (next *WorkRequestArgs, err error) {
	var q grievance.DataRequest
	var by grievance.Actor
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		if q, err = tx.Request(ctx, a.RequestID); err != nil {
			return err
		}
		by, err = d.underCharge(ctx, tx, q.Officer, q.Charge)
		return err
	})
	switch {
	case err != nil && !errors.Is(err, errNoCharge):
		return nil, err
	case q.State != grievance.RequestWorking:
		return nil, nil
	case errors.Is(err, errNoCharge):
		q.State = grievance.RequestFailed
		return nil, d.Store.Tx(ctx, func(tx *store.Tx) error { return tx.SaveRequest(ctx, q) })
	case q.Demand == grievance.DemandExport:
		return nil, d.copyCitizen(ctx, by, q)
	}
	return d.eraseCitizen(ctx, by, q.ID, a.After)
}

// errNoCharge: the officer who asked holds the charge no longer.
var errNoCharge = errors.New("the charge is held no longer")

// underCharge is the officer as an actor under a charge that is still held.
func (d *Desk) underCharge(ctx context.Context, tx *store.Tx, officer, charge grievance.ID) (grievance.Actor, error) {
	held, err := tx.Charges(ctx, officer, d.Now())
	if err != nil {
		return grievance.Actor{}, err
	}
	i := slices.IndexFunc(held, func(c grievance.Charge) bool { return c.ID == charge })
	if i < 0 {
		return grievance.Actor{}, errNoCharge
	}
	a, ok := d.Office.Actor(held[i], held...)
	if !ok {
		return a, errNoCharge
	}
	return a, nil
}

// FetchCopy opens a citizen's copy for the officer who asked for it, and records that it
// was fetched.
func (d *Desk) FetchCopy(ctx context.Context, by grievance.Actor, id grievance.ID) (io.ReadCloser, error) {
	if !by.May(grievance.MayAnswerCitizens) {
		return nil, grievance.ErrForbidden
	}
	var file string
	err := d.Store.Tx(ctx, func(tx *store.Tx) error {
		q, err := tx.Request(ctx, id)
		if err != nil {
			return err
		}
		if q.Officer != by.ID || q.File == "" || !d.Now().Before(q.Expires) {
			return grievance.ErrNotFound
		}
		file = q.File
		q.Fetched++
		if err := tx.SaveRequest(ctx, q); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "citizen.copy_fetched", map[string]any{"request": id, "author": q.AuthorID}, d.Now())
	})
	if err != nil {
		return nil, fmt.Errorf("fetch copy %s: %w", id, err)
	}
	d.Reads.Note(by, grievance.ReadExport, 0, "citizen's copy "+id.String())
	return d.Files.NewReader(ctx, file, nil)
}

// expireCopies takes citizens' copies away whose time is over.
func (d *Desk) expireCopies(ctx context.Context) error {
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		_, err := tx.ExpireCopies(ctx, d.Now(), 100)
		return err
	})
}
