package x_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/x"
	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/grievance"
)

func TestMentionsReadBackALittle(t *testing.T) {
	r := newRig(t)
	var said []string
	for i := range 3 {
		said = append(said, r.say(fmt.Sprintf("@cmo_test water %d", i), xtest.Draft{}).ID)
		r.pass(4 * time.Minute)
	}
	items, cursor := r.round(mentions(), "")
	if got := ids(items); !slices.Equal(got, said) || cursor != said[2] {
		t.Fatalf("read %v up to %s, want %v, oldest first", got, cursor, said)
	}
	late := r.say("@cmo_test came late into X's list", xtest.Draft{At: r.clock().Add(-7 * time.Minute)})
	items, again := r.round(mentions(), cursor)
	if got := ids(items); !slices.Contains(got, late.ID) || slices.Contains(got, said[0]) {
		t.Errorf("after the cursor: %v; want %s, not %s", got, late.ID, said[0])
	}
	if again != cursor {
		t.Errorf("the cursor went back to %s", again)
	}
}

func TestEmptyRoundKeepsTheCursor(t *testing.T) {
	r := newRig(t)
	if items, cursor := r.round(mentions(), ""); len(items) != 0 || cursor != "" {
		t.Errorf("nothing said: %d items, cursor %q", len(items), cursor)
	}
	p := r.say("@cmo_test water", xtest.Draft{})
	_, cursor := r.round(mentions(), "")
	r.pass(time.Hour)
	if err := r.x.Delete(p.ID); err != nil {
		t.Fatal(err)
	}
	if _, again := r.round(mentions(), cursor); again != cursor {
		t.Errorf("cursor = %q, want %q", again, cursor)
	}
}

func threads(r *rig, ids ...string) connector.Source {
	src := r.Sources(ids)
	return src[len(src)-1]
}

func TestThreadsBringWhatNamesNobody(t *testing.T) {
	r := newRig(t)
	root := r.say("@cmo_test no water", xtest.Draft{})
	r.x.AddUser(xtest.User{Username: "suman_d"})
	bystander, err := r.x.Post("suman_d", "here too", xtest.Draft{ReplyTo: root.ID})
	if err != nil {
		t.Fatal(err)
	}
	ours, err := r.x.Post("cmo_test", "we look", xtest.Draft{ReplyTo: root.ID})
	if err != nil {
		t.Fatal(err)
	}
	r.pass(time.Minute)
	items, _ := r.round(threads(r, root.ID), "")
	if got, want := ids(items), []string{root.ID, bystander.ID, ours.ID}; !slices.Equal(got, want) {
		t.Fatalf("thread = %v, want %v", got, want)
	}
	for _, want := range []struct {
		form grievance.Form
		way  grievance.Direction
	}{{grievance.Mention, grievance.In}, {grievance.Comment, grievance.In}, {grievance.Comment, grievance.Out}} {
		p := items[0].Post
		items = items[1:]
		if p.Form != want.form || p.Direction != want.way {
			t.Errorf("%q = %s %s, want %s %s", p.Text, p.Form, p.Direction, want.form, want.way)
		}
	}
}

// Forty conversations need four searches; a reply that comes between them is found by
// the next round, and one that was there before its case was opened is found by the first.
func TestThreadsInRounds(t *testing.T) {
	r := newRig(t)
	var open []string
	for i := range 40 {
		open = append(open, r.say(fmt.Sprintf("@cmo_test matter %d", i), xtest.Draft{}).ID)
		r.pass(time.Minute)
	}
	early := r.say("still waiting", xtest.Draft{ReplyTo: open[39]})
	r.pass(time.Hour)

	_, cursor := r.round(threads(r, open[:39]...), "")
	if n := r.x.Calls(xtest.Search); n != 4 {
		t.Errorf("%d searches for 39 conversations, want 4", n)
	}
	items, cursor := r.round(threads(r, open...), cursor)
	if !slices.Contains(ids(items), early.ID) {
		t.Errorf("a conversation new in the round lacks what was said before")
	}

	src := threads(r, open...)
	b, err := r.Fetch(t.Context(), src, cursor)
	if err != nil {
		t.Fatal(err)
	}
	between := r.say("said during the round", xtest.Draft{ReplyTo: open[0]})
	r.pass(10 * time.Minute)
	last := r.say("said at its end", xtest.Draft{ReplyTo: open[38]})
	src.Page = b.NextPage
	items, cursor = r.round(src, cursor)
	if !slices.Contains(ids(items), last.ID) {
		t.Fatal("the rest of the round lacks the last word")
	}
	items, _ = r.round(threads(r, open...), cursor)
	if !slices.Contains(ids(items), between.ID) {
		t.Error("a word said during the round is lost")
	}
}

func TestThreadsBeyondTheSearch(t *testing.T) {
	r := newRig(t)
	old := r.say("@cmo_test long ago", xtest.Draft{})
	_, cursor := r.round(threads(r, old.ID), "")
	r.pass(20 * 24 * time.Hour)
	fresh := r.say("and still", xtest.Draft{ReplyTo: old.ID})
	for _, from := range []string{cursor, ""} {
		items, _ := r.round(threads(r, old.ID, "not-of-x"), from)
		if got := ids(items); !slices.Equal(got, []string{fresh.ID}) {
			t.Errorf("from %q: %v, want what X still finds", from, got)
		}
	}
}

func TestMissingUser(t *testing.T) {
	r := newRig(t)
	r.x.AddUser(xtest.User{Username: "gone_soon"})
	parent, err := r.x.Post("gone_soon", "@cmo_test first", xtest.Draft{})
	if err != nil {
		t.Fatal(err)
	}
	reply := r.say("@cmo_test me too", xtest.Draft{ReplyTo: parent.ID})
	r.x.Suspend("gone_soon")
	items, _ := r.round(mentions(), "")
	if got := ids(items); !slices.Equal(got, []string{reply.ID}) {
		t.Errorf("read %v, want the reply alone", got)
	}
	r.x.Suspend("cmo_test")
	_, err = r.Fetch(t.Context(), mentions(), "")
	if f := class(t, err); f.Class != connector.Forbidden {
		t.Errorf("our account suspended = %v, want forbidden", f)
	}
}

// Answers of success that hold no success.
func TestOddAnswers(t *testing.T) {
	for body, want := range map[string]connector.Class{
		`{"errors":[{"value":"1","resource_type":"user","type":"https://api.x.com/2/problems/resource-not-found"}]}`: connector.Forbidden,
		`<html>maintenance</html>`:                  connector.Temporary,
		`{"data":[1`:                                connector.Temporary,
		`{"data":"text","meta":{"result_count":1}}`: connector.Temporary,
	} {
		r := newRig(t)
		r.x.FailNext(xtest.Mentions, 1, xtest.Failure{Status: 200, Body: body})
		_, err := r.Fetch(t.Context(), mentions(), "")
		if f := class(t, err); f.Class != want {
			t.Errorf("%s = %v, want %s", body, err, want)
		}
	}
	r := newRig(t)
	r.x.FailNext(xtest.Mentions, 1, xtest.Failure{Status: 404})
	_, err := r.Fetch(t.Context(), mentions(), "")
	if f := class(t, err); f.Class != connector.Forbidden {
		t.Errorf("404 on a list = %v: it is no post that is gone", err)
	}
}

func TestUnknownSource(t *testing.T) {
	r := newRig(t)
	if _, err := r.Fetch(t.Context(), connector.Source{Kind: "feed"}, ""); err == nil {
		t.Error("a source of another channel was read")
	}
	if _, err := r.Fetch(t.Context(), connector.Source{Kind: "mentions", Page: "{"}, ""); err == nil {
		t.Error("a broken page was read")
	}
}

// Who of ours may answer: whom the text itself names, or whose post it quotes.
func TestSummons(t *testing.T) {
	r := newRig(t)
	dc := r.x.AddUser(xtest.User{Username: "dc_test"})
	ours, err := r.x.Post("cmo_test", "Camp on Monday", xtest.Draft{})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, text string
		draft      xtest.Draft
		want       []string
	}{
		{"named", "@cmo_test water", xtest.Draft{}, []string{r.us.ID}},
		{"two named", "@CMO_Test @dc_test water", xtest.Draft{}, []string{r.us.ID, dc.ID}},
		{"carried only", "what camp", xtest.Draft{ReplyTo: ours.ID}, nil},
		{"carried, and named in the text", "what camp, @cmo_test?", xtest.Draft{ReplyTo: ours.ID}, []string{r.us.ID}},
		{"another named in a reply", "@dc_test come here", xtest.Draft{ReplyTo: ours.ID}, []string{dc.ID}},
		{"quoted", "they say @dc_test", xtest.Draft{Quotes: ours.ID}, []string{dc.ID, r.us.ID}},
		{"a longer handle", "@cmo_test2 water @cmo_test_x @dc_test", xtest.Draft{}, []string{dc.ID}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := r.say(tt.text, tt.draft)
			items, _ := r.round(threads(r, p.ThreadID), "")
			i := slices.IndexFunc(items, func(it connector.Item) bool { return it.Post.ExternalID == p.ID })
			if i < 0 {
				t.Fatal("the post did not come")
			}
			if got := items[i].Post.Mentions; !slices.Equal(got, tt.want) {
				t.Errorf("may answer: %v, want %v", got, tt.want)
			}
		})
	}
}

func TestLongPostArrivesWhole(t *testing.T) {
	r := newRig(t)
	text := "@cmo_test " + strings.Repeat("सड़क & <नाली> ", 60)
	r.say(text, xtest.Draft{Media: []xtest.Media{{Type: "photo", URL: "https://media.example/1.jpg", Alt: "नाली"}}})
	items, _ := r.round(mentions(), "")
	p := items[0].Post
	if p.Text != text || len(p.Media) != 1 || p.Media[0].Alt != "नाली" {
		t.Errorf("arrived %d letters of %d, media %v", len(p.Text), len(text), p.Media)
	}
}

func TestReadsAreCountedOnceADay(t *testing.T) {
	r := newRig(t, func(s *x.Settings) { s.Account.OwnApp = true })
	r.say("@cmo_test one", xtest.Draft{})
	r.say("@cmo_test two", xtest.Draft{})
	poll := func() connector.Budget {
		t.Helper()
		b, err := r.Fetch(t.Context(), mentions(), "")
		if err != nil {
			t.Fatal(err)
		}
		return b.Budget
	}
	b := poll()
	if b.Reads != 2 || b.CostMicro != 2000 || b.Limit != 300 || b.Remaining != 299 || !b.Reset.After(r.clock()) {
		t.Errorf("first poll: %+v", b)
	}
	if b := poll(); b.Reads != 0 || b.CostMicro != 0 {
		t.Errorf("the same day again: %+v", b)
	}
	r.pass(24 * time.Hour)
	if b := poll(); b.Reads != 2 {
		t.Errorf("next day: %+v", b)
	}
}
