// Package desktest gives tests a desk on an empty store with the organisation of Haryana,
// a clock of its own, officers, and hands to play the citizen and the outbox.
package desktest

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"gocloud.dev/blob/memblob"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// World is what a test moves.
type World struct {
	T     testing.TB
	Desk  *desk.Desk
	Clock time.Time
	// The account is the Chief Minister's on X; State to Field are officers of the state
	// cell, of the district of Hisar and of its water office.
	Account                                   grievance.OfficialAccount
	State, Clerk, Magistrate, Field, Stranger grievance.Actor

	n int
}

// New makes a world on a Monday morning.
func New(t testing.TB) *World {
	t.Helper()
	s := storetest.New(t)
	ctx := t.Context()
	if err := office.Seed(ctx, s); err != nil {
		t.Fatal(err)
	}
	dir, err := office.Load(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	w := &World{T: t, Clock: time.Date(2026, 11, 2, 10, 0, 0, 0, grievance.India)}
	files := memblob.OpenBucket(nil)
	t.Cleanup(func() { files.Close() })
	w.Desk = &desk.Desk{Store: s, Office: dir, Files: files, Now: func() time.Time { return w.Clock }, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Limits: grievance.DefaultLimits,
		PublicURL: "https://nivaran.example", AckMaxAge: 24 * time.Hour, AckLimit: 5,
		MessageID: func(number string, n int, domain string) string { return fmt.Sprintf("<%s.r%d@%s>", number, n, domain) }}
	w.Desk.Reads = desk.NewReads(s, w.Desk.Now, w.Desk.Log)
	w.tx(func(tx *store.Tx) error {
		w.State = w.hire(tx, grievance.StateNodal, "cell")
		w.Clerk = w.hire(tx, grievance.Clerk, "cell")
		w.Magistrate = w.hire(tx, grievance.DistrictNodal, "dc-hisar")
		w.Field = w.hire(tx, grievance.FieldOfficer, "public_health-hisar")
		w.Stranger = w.hire(tx, grievance.DistrictNodal, "dc-nuh")
		a := grievance.OfficialAccount{Channel: grievance.X, Name: "CM", Handle: "@cm", ExternalID: "100", OfficeID: dir.StateCell(), CanSend: true, Acknowledge: true, ConnectedAt: w.Clock}
		if a.ID, err = tx.AddAccount(ctx, a); err != nil {
			return err
		}
		w.Account = a
		return w.allow(tx, a.ID)
	})
	return w
}

// allow lets districts, departments and their field offices publish from the account.
func (w *World) allow(tx *store.Tx, account int) error {
	var errs []error
	for _, r := range []grievance.Role{grievance.DistrictNodal, grievance.DepartmentNodal, grievance.FieldOfficer} {
		errs = append(errs, tx.SetAccountRight(w.T.Context(), grievance.AccountRight{AccountID: account, Role: r, Level: grievance.PublishRight, SetAt: w.Clock}))
	}
	return errors.Join(errs...)
}

func (w *World) hire(tx *store.Tx, r grievance.Role, code string) grievance.Actor {
	w.T.Helper()
	o, ok := w.Desk.Office.Office(w.Desk.Office.OfficeByCode(code))
	if !ok {
		w.T.Fatalf("no office %s", code)
	}
	w.n++
	officer := grievance.Officer{ID: tx.NewID(w.Clock), Email: fmt.Sprintf("o%d@nivaran.example", w.n), NameEN: "Officer", Language: "en"}
	c := grievance.Charge{ID: tx.NewID(w.Clock), OfficerID: officer.ID, OfficeID: o.ID, Role: r, TitleEN: string(r), From: w.Clock.AddDate(-2, 0, 0), Duty: r == grievance.StateNodal}
	if err := tx.SaveOfficer(w.T.Context(), officer); err != nil {
		w.T.Fatal(err)
	}
	if err := tx.SaveCharge(w.T.Context(), c); err != nil {
		w.T.Fatal(err)
	}
	return grievance.ActorOf(c, o)
}

// Hire makes an officer with a charge in the office.
func (w *World) Hire(r grievance.Role, code string) (a grievance.Actor) {
	w.T.Helper()
	w.tx(func(tx *store.Tx) error {
		a = w.hire(tx, r, code)
		return nil
	})
	return a
}

func (w *World) tx(f func(tx *store.Tx) error) {
	w.T.Helper()
	if err := w.Desk.Store.Tx(w.T.Context(), f); err != nil {
		w.T.Fatal(err)
	}
}

// Must ends the test when err is not nil.
func (w *World) Must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Post stores what a citizen wrote to our account, ready for the sorting desk. thread
// continues a conversation; empty begins one.
func (w *World) Post(author, thread, text string) grievance.ID {
	w.T.Helper()
	w.n++
	key := fmt.Sprint(1000 + w.n)
	if thread == "" {
		thread = key
	}
	p := grievance.Post{Channel: grievance.X, ExternalID: key, DedupKey: key, ThreadID: thread, Form: grievance.Mention, Public: true, Author: grievance.Author{ExternalID: "a-" + author, Handle: author, Name: author},
		Text: text, FullText: text, PostedAt: w.Clock, Direction: grievance.In, Mentions: []string{"100"}, Raw: []byte(text)}
	var id grievance.ID
	w.tx(func(tx *store.Tx) error {
		r, err := tx.StorePosts(w.T.Context(), w.Account.ID, []store.Incoming{{What: "new", Post: p}}, w.Clock)
		if err != nil {
			return err
		}
		id = r[0].ID
		posts, err := tx.PostsToSort(w.T.Context(), []grievance.ID{id})
		if err != nil {
			return err
		}
		posts[0].Sorted, posts[0].Verdict.Kind, posts[0].Verdict.Language = grievance.SortAsk, grievance.Grievance, "en"
		return tx.SaveSorting(w.T.Context(), posts[0], "", w.Clock.Add(time.Hour))
	})
	return id
}

// Connect adds an official account of the office, with no right but those that hold by
// themselves.
func (w *World) Connect(ch grievance.Channel, handle, code string) grievance.OfficialAccount {
	w.T.Helper()
	a := grievance.OfficialAccount{Channel: ch, Name: handle, Handle: handle, ExternalID: "id of " + handle, OfficeID: w.Desk.Office.OfficeByCode(code), CanSend: true, ConnectedAt: w.Clock}
	w.tx(func(tx *store.Tx) (err error) {
		a.ID, err = tx.AddAccount(w.T.Context(), a)
		return err
	})
	return a
}

// Write opens a case of what a citizen wrote to the accounts, of one channel.
func (w *World) Write(author, text string, change func(p *grievance.Post), to ...grievance.OfficialAccount) grievance.ID {
	w.T.Helper()
	w.n++
	key := fmt.Sprint(1000 + w.n)
	p := grievance.Post{Channel: to[0].Channel, ExternalID: key, DedupKey: key, ThreadID: key, Form: grievance.Mention, Public: true, Author: grievance.Author{ExternalID: "a-" + author, Handle: author, Name: author},
		Text: text, FullText: text, PostedAt: w.Clock, Direction: grievance.In, Raw: []byte(text)}
	switch p.Channel {
	case grievance.Facebook:
		p.Form = grievance.Comment
	case grievance.Email:
		p.Form, p.Public, p.Mail = grievance.Mail, false, &grievance.MailFacts{MessageID: "<" + key + "@citizen.example>", From: author + "@citizen.example", DMARCPass: true}
	}
	for _, a := range to {
		p.Mentions = append(p.Mentions, a.ExternalID)
	}
	if change != nil {
		change(&p)
	}
	var id grievance.ID
	w.tx(func(tx *store.Tx) error {
		for _, a := range to {
			r, err := tx.StorePosts(w.T.Context(), a.ID, []store.Incoming{{What: "new", Post: p}}, w.Clock)
			if err != nil {
				return err
			}
			id = r[0].ID
		}
		posts, err := tx.PostsToSort(w.T.Context(), []grievance.ID{id})
		if err != nil {
			return err
		}
		posts[0].Sorted, posts[0].Verdict.Kind, posts[0].Verdict.Language = grievance.SortAsk, grievance.Grievance, "en"
		return tx.SaveSorting(w.T.Context(), posts[0], "", w.Clock.Add(time.Hour))
	})
	o, err := w.Desk.Open(w.T.Context(), w.Clerk, []desk.OpenRequest{w.Request(id)})
	w.Must(err)
	return o[0].CaseID
}

// Open makes a case of a citizen's trouble with water in Hisar.
func (w *World) Open(author string) grievance.ID {
	w.T.Helper()
	o, err := w.Desk.Open(w.T.Context(), w.Clerk, []desk.OpenRequest{w.Request(w.Post(author, "", author+" has no water for four days"))})
	w.Must(err)
	return o[0].CaseID
}

// Request opens a post as trouble with water in Hisar.
func (w *World) Request(post grievance.ID) desk.OpenRequest {
	return desk.OpenRequest{PostID: post, SubjectID: w.Desk.Office.SubjectByCode("no_water"), DistrictID: w.Desk.Office.DistrictByName("Hisar")}
}

// Reported brings a new case to where its report waits for approval.
func (w *World) Reported(author string) grievance.ID {
	w.T.Helper()
	id := w.Open(author)
	w.Must(w.Desk.Assign(w.T.Context(), w.Magistrate, id, w.Field.ID))
	w.Must(w.Desk.Accept(w.T.Context(), w.Field, id))
	w.Report(id)
	return id
}

// Report files the field officer's report.
func (w *World) Report(id grievance.ID) {
	w.T.Helper()
	w.Must(w.Desk.Report(w.T.Context(), w.Field, id, desk.ReportRequest{Text: "The motor of the booster pump was replaced.", DoneAt: w.Clock.Add(-time.Minute), DoneBy: "Engineer"}))
}

// Resolved brings a new case to where its answer was delivered.
func (w *World) Resolved(author string) grievance.ID {
	w.T.Helper()
	id := w.Reported(author)
	w.Must(w.Desk.Approve(w.T.Context(), w.Magistrate, id, 1))
	w.Deliver(id)
	return id
}

// Deliver plays the outbox: every queued reply of the case is published once. It gives
// how many there were.
func (w *World) Deliver(id grievance.ID) (n int) {
	w.T.Helper()
	w.tx(func(tx *store.Tx) error {
		n = 0
		replies, err := tx.Replies(w.T.Context(), id)
		if err != nil {
			return err
		}
		for _, r := range replies {
			if r.State != grievance.ReplyQueued {
				continue
			}
			n++
			leased, err := tx.LeaseReply(w.T.Context(), r.ID, grievance.ReplyQueued, w.Clock, w.Clock.Add(time.Minute))
			if err != nil {
				return err
			}
			leased.State, leased.SentAt, leased.ExternalID = grievance.ReplyPublished, w.Clock, "r"+r.ID.String()
			if err := tx.FinishReply(w.T.Context(), leased); err != nil {
				return err
			}
			if err := w.Desk.ReplySent(w.T.Context(), tx, leased); err != nil {
				return err
			}
		}
		return nil
	})
	return n
}

// Case reads a case as the state cell sees it.
func (w *World) Case(id grievance.ID) *grievance.Case {
	w.T.Helper()
	v, err := w.Desk.Case(w.T.Context(), w.State, id)
	w.Must(err)
	return v.Case
}

// Say lets the citizen write in the case's thread.
func (w *World) Say(id grievance.ID, author, text string) error {
	w.T.Helper()
	v, err := w.Desk.Case(w.T.Context(), w.State, id)
	w.Must(err)
	return w.Desk.Join(w.T.Context(), grievance.System, desk.JoinRequest{PostID: w.Post(author, v.Posts[0].ThreadID, text), CaseID: id})
}

// Sound checks chain and counters.
func (w *World) Sound() {
	w.T.Helper()
	r, err := w.Desk.Store.Verify(w.T.Context())
	if err != nil || len(r.Faults) > 0 {
		w.T.Errorf("Verify: %v, %v", r.Faults, err)
	}
}
