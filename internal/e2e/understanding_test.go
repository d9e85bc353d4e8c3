//go:build browser

package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/learning"
	"nivaran/internal/learning/learningtest"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

// TestUnderstanding teaches a demonstration a scheme of its own: two hundred posts are
// corrected, a model is trained and takes over by click, the next post is read rightly, and
// as before when the model is taken back.
func TestUnderstanding(t *testing.T) {
	d := startDemo(t, "--every", "10m", "--past", "20")
	o := besideDemo(t)
	o.trained(t)
	subject := learningtest.AddScheme(t, o.Store, o.Office)
	var requests []desk.OpenRequest
	for i := range 200 {
		requests = append(requests, desk.OpenRequest{PostID: o.post(t, fmt.Sprint("before-", i), learningtest.Before(i)), Kind: grievance.Grievance, SubjectID: subject.ID})
	}
	if _, err := o.Open(t.Context(), o.clerk, requests); err != nil {
		t.Fatal(err)
	}
	ctx := open(t, 1440, true)
	d.signIn(t, ctx, "state_nodal")
	page := d.URL + "/understanding"
	examine(t, ctx, page, "understanding-before")
	do(t, ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(page+"?lang=en"), chromedp.WaitReady(`main`), chromedp.Click(`form[action="/understanding/train"] button`), chromedp.WaitReady(`form[action="/understanding/train"] button[disabled]`))
	const takeOver = `form[action="/understanding/versions/1/take-over"] button`
	waitLong(t, ctx, 15*time.Minute, "the trained model", func() bool {
		do(t, ctx, chromedp.Navigate(page), chromedp.WaitReady(`main`))
		return read(t, ctx, chromedp.Evaluate[bool](`document.querySelector('`+takeOver+`') !== null`))
	})
	examine(t, ctx, page, "understanding-trained")
	if n := o.reads(t, ctx, d, "waiting"); n {
		t.Error("the scheme is read before anybody let the model take over")
	}
	do(t, ctx, chromedp.Navigate(page), chromedp.WaitReady(`main`), chromedp.Click(takeOver), chromedp.WaitReady(`form[action="/understanding/versions/0/bring-back"]`))
	if !o.reads(t, ctx, d, "after") {
		t.Error("a post in new words is not read as the scheme")
	}
	examine(t, ctx, d.URL+"/understanding/accuracy", "understanding-accuracy")
	examine(t, ctx, d.URL+"/understanding/alone", "understanding-alone")
	examine(t, ctx, d.URL+"/sorting/alone", "sorting-alone")
	do(t, ctx, chromedp.Navigate(page), chromedp.WaitReady(`main`), chromedp.Click(`form[action="/understanding/versions/0/bring-back"] button`), chromedp.WaitReady(`form[action="/understanding/versions/1/bring-back"]`))
	if o.reads(t, ctx, d, "back") {
		t.Error("the model that was taken back goes on reading")
	}
}

// beside works on the demonstration's database beside it, as another instance of the program.
type beside struct {
	*desk.Desk
	models  *learning.Models
	clerk   grievance.Actor
	account grievance.OfficialAccount
}

func besideDemo(t *testing.T) *beside {
	t.Helper()
	folder := ""
	err := filepath.WalkDir(filepath.Dir(t.TempDir()), func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Name() == "nivaran.db" {
			folder = filepath.Dir(path)
		}
		return err
	})
	if err != nil || folder == "" {
		t.Fatalf("the demonstration's database: %q, %v", folder, err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	s, err := store.Open(t.Context(), store.Options{Address: folder, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	dir, err := office.Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	b := &beside{Desk: &desk.Desk{Store: s, Office: dir, Now: time.Now, Log: log, Limits: grievance.DefaultLimits, PublicURL: "http://localhost"}}
	b.Reads = desk.NewReads(s, time.Now, log)
	if b.models, err = learning.NewModels(t.Context(), s, dir); err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(tx *store.Tx) error {
		accounts, err := tx.Accounts(t.Context())
		if err != nil {
			return err
		}
		for _, a := range accounts {
			if a.Channel == grievance.X && a.OfficeID == dir.StateCell() {
				b.account = a
			}
		}
		charges, err := tx.AllCharges(t.Context(), time.Now())
		for _, c := range charges {
			if o, ok := dir.Office(c.OfficeID); ok && c.Role == grievance.Clerk {
				b.clerk = grievance.ActorOf(c.Charge, o)
			}
		}
		return err
	})
	if err != nil || b.account.ID == 0 || b.clerk.ID == 0 {
		t.Fatalf("account %d, clerk %s, %v", b.account.ID, b.clerk.ID, err)
	}
	return b
}

// trained says that a training was ordered just now and found nothing, so that the one of the
// night, which may be this hour, does not begin before all corrections are in.
func (b *beside) trained(t *testing.T) {
	t.Helper()
	err := b.Store.Tx(t.Context(), func(tx *store.Tx) error {
		now := time.Now()
		return tx.SaveTraining(t.Context(), store.Training{ID: tx.NewID(now), AskedAt: now, BeganAt: now, EndedAt: now, State: store.TrainingNothing})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// post stores what a citizen wrote, read by the model that runs.
func (b *beside) post(t *testing.T, author, text string) (id grievance.ID) {
	t.Helper()
	if err := b.models.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	key := "e2e-" + author
	p := grievance.Post{Channel: grievance.X, ExternalID: key, DedupKey: key, ThreadID: key, Form: grievance.Mention, Public: true, Author: grievance.Author{ExternalID: author, Handle: author, Name: author},
		Text: text, FullText: text, PostedAt: now, Direction: grievance.In, Raw: []byte(text)}
	err := b.Store.Tx(t.Context(), func(tx *store.Tx) error {
		r, err := tx.StorePosts(t.Context(), b.account.ID, []store.Incoming{{What: "new", Post: p}}, now)
		if err != nil {
			return err
		}
		id = r[0].ID
		stored, err := tx.PostsByID(t.Context(), []grievance.ID{id})
		if err != nil {
			return err
		}
		sp := stored[0]
		sp.Verdict, sp.Sorted = b.models.Sort(sp, []grievance.OfficialAccount{b.account}, nil), grievance.SortAsk
		sp.Urgency = sp.Verdict.Urgency
		return tx.SaveSorting(t.Context(), sp, "", now.Add(time.Hour))
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// reads lets a citizen write about the scheme and says whether the sorting desk shows it as
// the first reading.
func (b *beside) reads(t *testing.T, ctx context.Context, d *demo, author string) bool {
	t.Helper()
	id := b.post(t, author, learningtest.After(3))
	do(t, ctx, chromedp.Navigate(d.URL+"/sorting/"+id.String()+"?lang=en"), chromedp.WaitReady(`.cands`))
	shoot(t, ctx, "understanding-desk-"+author)
	return strings.Contains(read(t, ctx, chromedp.Evaluate[string](`(document.querySelector(".cand .cwhat") || {}).textContent || ""`)), "Lado Saheli")
}
