package app

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// later moves the clock of desk, intake and connectors.
func (w *world) later(d time.Duration) {
	base := w.desk.Now
	now := func() time.Time { return base().Add(d) }
	w.desk.Now, w.intake.Now, w.outbox.Now, w.channels.now = now, now, now, now
}

// kept lists the files of the data folder that hold the words.
func (w *world) kept(words string) (names []string) {
	w.t.Helper()
	must(w.t, filepath.WalkDir(w.env["NIVARAN_DATA"], func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if bytes.Contains(bytes.ToLower(data), []byte(strings.ToLower(words))) {
			names = append(names, filepath.Base(name))
		}
		return err
	}))
	return names
}

// What is deleted on X is erased here within 24 hours: the words are gone from the posts,
// the search, what was to be sent, and the database file; the case and the office's acts
// stay. What was edited there reads as it reads now, and what it cost is counted.
func TestDeletedOnXIsErasedHere(t *testing.T) {
	w := newWorld(t, true)
	ctx := t.Context()
	const secret = "gulmoharlane"
	w.standIns.X.AddUser(xtest.User{Username: "asha", Name: "Asha"})
	say := func(text string) xtest.Post {
		p, err := w.standIns.X.Post("asha", text, xtest.Draft{})
		must(t, err)
		return p
	}
	deleted := say("@NivaranHR no drinking water in Hisar for a week, I live in " + secret + " behind the old mill")
	edited := say("@NivaranHR the lamp of our street is dead since Diwali, sector four")
	stays := say("@NivaranHR the bus stand of Hisar has no roof, we stand in the rain")
	w.hear("@NivaranHR")
	id := w.openFirst("no drinking water")
	other := w.openFirst("the lamp of our street")
	must(t, w.desk.Note(ctx, w.people[grievance.StateNodal], id, "She writes that she lives in "+secret+" behind the old mill.", nil))
	must(t, w.desk.Note(ctx, w.people[grievance.StateNodal], id, "The pump house was told.", nil))
	v, err := w.desk.Case(ctx, w.people[grievance.StateNodal], id)
	must(t, err)
	template, err := w.desk.SaveTemplate(ctx, w.people[grievance.StateNodal], 0, false, grievance.TemplateText{Way: grievance.PublicWay, NameEN: "Living", TextEN: "{number}: you wrote: {words}"})
	must(t, err)
	filled, err := w.desk.FillTemplate(ctx, w.people[grievance.StateNodal], id, template, desk.TemplateQuestion{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay})
	must(t, err)
	words := strings.Replace(filled.Text, "⟦write here⟧", "I live in "+secret+" behind the old mill", 1)
	must(t, w.desk.Reply(ctx, w.people[grievance.StateNodal], id, desk.ReplyRequest{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay, Text: words, TemplateID: template}))

	must(t, w.standIns.X.Delete(deleted.ID))
	_, err = w.standIns.X.Edit(edited.ID, "@NivaranHR the lamp of our street burns again, thank you")
	must(t, err)
	costs := func() (reads int) {
		must(t, w.store.View(ctx, func(tx *store.Tx) error {
			return tx.QueryRowContext(ctx, `SELECT COALESCE(SUM(reads), 0) FROM account_costs WHERE account_id = $1`, w.accounts["@NivaranHR"].ID).Scan(&reads)
		}))
		return reads
	}
	calls := w.standIns.X.Calls(xtest.Lookup)
	check := func() {
		must(t, w.intake.Check(ctx, w.accounts["@NivaranHR"].ID))
		_, err := w.desk.Due(ctx)
		must(t, err)
	}
	w.later(22 * time.Hour)
	check()
	if w.words(secret) != 1 || w.standIns.X.Calls(xtest.Lookup) != calls {
		t.Fatal("X was asked before a day was over")
	}
	w.later(90 * time.Minute)
	before := costs()
	check()
	if n := w.words(secret); n != 0 {
		t.Fatalf("a day after the deletion the words stand in %d posts", n)
	}
	if n := costs(); n <= before {
		t.Errorf("asking again cost %d reads, %d before it", n, before)
	}
	if n := w.words("burns again"); n != 1 {
		t.Errorf("the words of the edited post stand in %d posts", n)
	}
	if n := w.words("has no roof"); n != 1 || stays.ID == "" {
		t.Errorf("a post that is still there lost its words")
	}
	asked := w.standIns.X.Calls(xtest.Lookup)
	check()
	if w.standIns.X.Calls(xtest.Lookup) != asked {
		t.Error("X is asked again at once for what it was just asked")
	}

	v, err = w.desk.Case(ctx, w.people[grievance.StateNodal], id)
	must(t, err)
	if len(v.Posts) != 1 || v.Posts[0].ErasedAt.IsZero() || v.Case.Title == "" && v.Case.Number == "" {
		t.Errorf("the case after it: %+v", v.Case)
	}
	notes := 0
	for _, e := range v.History {
		if e.Text == "The pump house was told." {
			notes++
		}
	}
	if notes != 1 {
		t.Error("the office's own note went with the citizen's words")
	}
	for _, r := range v.Replies {
		if strings.Contains(r.Text, secret) || r.State == grievance.ReplyQueued && r.Kind == grievance.Interim {
			t.Errorf("a reply is %s: %q", r.State, r.Text)
		}
	}
	query, err := w.desk.SaveSearch(ctx, w.people[grievance.StateNodal], desk.SearchRequest{Words: "drinking mill"})
	must(t, err)
	found, err := w.desk.Search(ctx, w.people[grievance.StateNodal], query, 0)
	must(t, err)
	if len(found.Hits) != 0 {
		t.Errorf("the search still finds it: %+v", found.Hits)
	}
	w.sound()
	if _, err := w.desk.Case(ctx, w.people[grievance.StateNodal], other); err != nil {
		t.Error(err)
	}
	must(t, w.store.Close())
	if names := w.kept(secret); len(names) > 0 {
		t.Errorf("the erased words stand in the files %v", names)
	}
}

// Whoever opens a case asks X again for posts that it was not asked for since a day; the
// reader does not wait, and a second reader orders nothing more.
func TestReadersAskXAgain(t *testing.T) {
	w := newWorld(t, true)
	ctx := t.Context()
	w.standIns.X.AddUser(xtest.User{Username: "asha", Name: "Asha"})
	p, err := w.standIns.X.Post("asha", "@NivaranHR no drinking water in Hisar", xtest.Draft{})
	must(t, err)
	w.hear("@NivaranHR")
	id := w.openFirst("no drinking water")
	orders := func() (n int) {
		must(t, w.store.View(ctx, func(tx *store.Tx) error {
			return tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM river_job WHERE kind = 'check_posts'`).Scan(&n)
		}))
		return n
	}
	read := func() (posts []grievance.ID) {
		v, err := w.desk.Case(ctx, w.people[grievance.StateNodal], id)
		must(t, err)
		for _, p := range v.Posts {
			posts = append(posts, p.ID)
		}
		return posts
	}
	read()
	if n := orders(); n != 0 {
		t.Fatalf("%d orders though X was just heard", n)
	}
	w.later(25 * time.Hour)
	posts := read()
	read()
	if n := orders(); n != 1 {
		t.Fatalf("%d orders of two readers, want one", n)
	}
	must(t, w.standIns.X.Delete(p.ID))
	must(t, w.intake.CheckPosts(ctx, posts))
	_, err = w.desk.Due(ctx)
	must(t, err)
	if n := w.words("no drinking water"); n != 0 {
		t.Errorf("the words of the deleted post stand in %d posts", n)
	}
	read()
	if n := orders(); n != 1 {
		t.Errorf("%d orders though the post was erased", n)
	}
}

// An account that X limits or that is stopped asks for nothing; another that works asks
// for its posts.
func TestAnotherAccountAsksForThoseOfAStoppedOne(t *testing.T) {
	w := newWorld(t, false)
	ctx := t.Context()
	w.standIns.X.AddUser(xtest.User{Username: "asha", Name: "Asha"})
	p, err := w.standIns.X.Post("asha", "@NivaranHR no drinking water in Hisar", xtest.Draft{})
	must(t, err)
	w.hear("@NivaranHR")
	must(t, w.standIns.X.Delete(p.ID))
	w.later(24 * time.Hour)
	stopped := w.accounts["@NivaranHR"].ID
	must(t, w.store.Tx(ctx, func(tx *store.Tx) error {
		return tx.RecordFailure(ctx, stopped, false, "signin", "", time.Time{}, w.desk.Now())
	}))
	calls := w.standIns.X.Calls(xtest.Lookup)
	must(t, w.intake.Check(ctx, stopped))
	if w.standIns.X.Calls(xtest.Lookup) != calls {
		t.Error("a stopped account asked")
	}
	for _, a := range w.accounts {
		if a.Channel == grievance.X && a.ID != stopped {
			must(t, w.intake.Check(ctx, a.ID))
		}
	}
	_, err = w.desk.Due(ctx)
	must(t, err)
	if n := w.words("no drinking water"); n != 0 {
		t.Errorf("the words of the deleted post stand in %d posts", n)
	}
}
