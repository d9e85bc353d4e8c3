package x_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/x"
	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/grievance"
)

// answer makes a reply to what a citizen says.
func (r *rig) answer(text, said string, d xtest.Draft) connector.Outgoing {
	r.Helper()
	p := r.say(said, d)
	items, _ := r.round(threads(r, p.ThreadID), "")
	for _, it := range items {
		if it.Post.ExternalID == p.ID {
			return connector.Outgoing{Text: text, Way: grievance.PublicWay, To: it.Post, Account: r.us.ID, Now: r.clock()}
		}
	}
	r.Fatal("the post did not come")
	return connector.Outgoing{}
}

func TestMaySend(t *testing.T) {
	premium := func(s *x.Settings) { s.Account.Premium = true }
	enterprise := func(s *x.Settings) { s.Account.Enterprise = true }
	tests := []struct {
		name, text, said string
		way              grievance.Way
		with             func(*x.Settings)
		key              string
	}{
		{"summoned", "दर्ज है", "@cmo_test water", grievance.PublicWay, nil, ""},
		{"not summoned", "दर्ज है", "no water", grievance.PublicWay, nil, x.KeyNotSummoned},
		{"not summoned, Enterprise", "दर्ज है", "no water", grievance.PublicWay, enterprise, ""},
		{"280", strings.Repeat("क", 280), "@cmo_test water", grievance.PublicWay, nil, ""},
		{"281", strings.Repeat("क", 281), "@cmo_test water", grievance.PublicWay, nil, x.KeyTooLong},
		{"281, Premium", strings.Repeat("क", 281), "@cmo_test water", grievance.PublicWay, premium, ""},
		{"empty", "", "@cmo_test water", grievance.PublicWay, nil, x.KeyEmpty},
		{"private", "दर्ज है", "@cmo_test water", grievance.PrivateWay, nil, x.KeyPublicOnly},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r *rig
			if tt.with != nil {
				r = newRig(t, tt.with)
			} else {
				r = newRig(t)
			}
			out := r.answer(tt.text, tt.said, xtest.Draft{})
			out.Way = tt.way
			err := r.MaySend(out)
			if tt.key == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if f := class(t, err); f.Class != connector.Refused || f.Key != tt.key {
				t.Errorf("MaySend = %s %s, want refused %s", f.Class, f.Key, tt.key)
			}
		})
	}
}

func TestSendSaysWhereItStands(t *testing.T) {
	r := newRig(t)
	out := r.answer("दर्ज है: https://grievance.gov.in/n/1", "@cmo_test water", xtest.Draft{})
	sent, err := r.Send(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	published := r.x.Replies(out.To.ExternalID)
	if len(published) != 1 || published[0].Text != out.Text || published[0].ID != sent.ExternalID {
		t.Errorf("published %+v", published)
	}
	if sent.URL != "https://x.com/cmo_test/status/"+sent.ExternalID || !sent.At.Equal(r.clock()) {
		t.Errorf("sent = %+v", sent)
	}
	if sent.Budget.CostMicro != 200000 || sent.Budget.Limit != 100 {
		t.Errorf("a reply with a link costs %+v", sent.Budget)
	}
}

// What the stand-in refuses arrives in its class, and nothing is published.
func TestSendRefused(t *testing.T) {
	tests := []struct {
		name  string
		said  string
		wreck func(r *rig, out *connector.Outgoing)
		class connector.Class
		key   string
	}{
		{"not summoned", "no water", func(*rig, *connector.Outgoing) {}, connector.Refused, x.KeyNotSummoned},
		{"too long", "@cmo_test water", func(_ *rig, o *connector.Outgoing) { o.Text = strings.Repeat("क", 281) }, connector.Refused, x.KeyTooLong},
		{"deleted", "@cmo_test water", func(r *rig, o *connector.Outgoing) {
			if err := r.x.Delete(o.To.ExternalID); err != nil {
				r.Fatal(err)
			}
		}, connector.Gone, ""},
		{"not found", "@cmo_test water", func(r *rig, _ *connector.Outgoing) {
			r.x.FailNext(xtest.Create, 1, xtest.Failure{Status: 404, Type: "resource-not-found"})
		}, connector.Gone, ""},
		{"no credit", "@cmo_test water", func(r *rig, _ *connector.Outgoing) { r.x.FailNext(xtest.Create, 1, xtest.CreditsDepleted()) }, connector.Unpaid, ""},
		{"limit", "@cmo_test water", func(r *rig, _ *connector.Outgoing) { r.x.SetLimit(xtest.Create, 0) }, connector.Limited, ""},
		{"X is down", "@cmo_test water", func(r *rig, _ *connector.Outgoing) { r.x.FailNext(xtest.Create, 1, xtest.Unavailable()) }, connector.Temporary, ""},
		{"a proxy's page", "@cmo_test water", func(r *rig, _ *connector.Outgoing) {
			r.x.FailNext(xtest.Create, 1, xtest.Failure{Status: 502, Body: "<html>bad gateway</html>"})
		}, connector.Doubtful, ""},
		{"cut", "@cmo_test water", func(r *rig, _ *connector.Outgoing) { r.x.FailNext(xtest.Create, 1, xtest.Failure{Cut: true}) }, connector.Doubtful, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			out := r.answer("दर्ज है", tt.said, xtest.Draft{})
			tt.wreck(r, &out)
			_, err := r.Send(t.Context(), out)
			if f := class(t, err); f.Class != tt.class || f.Key != tt.key {
				t.Errorf("Send = %s %q (%v), want %s %q", f.Class, f.Key, err, tt.class, tt.key)
			}
			if n := len(r.x.Replies(out.To.ExternalID)); n != 0 {
				t.Errorf("published %d times", n)
			}
		})
	}
}

func TestSendTwiceIsADuplicate(t *testing.T) {
	r := newRig(t)
	out := r.answer("दर्ज है", "@cmo_test water", xtest.Draft{})
	first, err := r.Send(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Send(t.Context(), out)
	if f := class(t, err); f.Class != connector.Duplicate {
		t.Errorf("Send again = %v, want duplicate", err)
	}
	found, err := r.Find(t.Context(), out, r.clock())
	if err != nil || len(found) != 1 || found[0].ExternalID != first.ExternalID {
		t.Errorf("Find = %+v, %v; want the first", found, err)
	}
}

// A slow answer ends in doubt though X did publish.
func TestSendTimesOut(t *testing.T) {
	r := newRig(t, func(s *x.Settings) { s.HTTP.Timeout = 50 * time.Millisecond })
	out := r.answer("दर्ज है", "@cmo_test water", xtest.Draft{})
	r.x.FailNext(xtest.Create, 1, xtest.Failure{Delay: time.Minute})
	_, err := r.Send(t.Context(), out)
	if f := class(t, err); f.Class != connector.Doubtful {
		t.Errorf("Send = %v, want doubtful", err)
	}
	if n := len(r.x.Replies(out.To.ExternalID)); n != 1 {
		t.Errorf("published %d times, want 1", n)
	}
}

func TestNothingReachedX(t *testing.T) {
	r := newRig(t, func(s *x.Settings) { s.BaseURL = "http://127.0.0.1:1" })
	_, err := r.Send(t.Context(), connector.Outgoing{Text: "दर्ज है"})
	if f := class(t, err); f.Class != connector.Temporary {
		t.Errorf("no connection = %v, want temporary", err)
	}
}

// Our reply is known by parent, author and time, whatever X made of its text.
func TestFind(t *testing.T) {
	r := newRig(t)
	out := r.answer("देखें grievance.gov.in/n/1", "@cmo_test water", xtest.Draft{})
	acknowledgement := out
	acknowledgement.Text = "आपकी शिकायत दर्ज है"
	if _, err := r.Send(t.Context(), acknowledgement); err != nil {
		t.Fatal(err)
	}
	r.pass(time.Hour)
	r.say("a bystander speaks", xtest.Draft{ReplyTo: out.To.ExternalID})
	elsewhere := r.say("@cmo_test and here", xtest.Draft{ReplyTo: out.To.ExternalID})
	if _, err := r.x.Post("cmo_test", "under another post", xtest.Draft{ReplyTo: elsewhere.ID}); err != nil {
		t.Fatal(err)
	}
	start := r.clock()
	if found, err := r.Find(t.Context(), out, start); len(found) > 0 || err != nil {
		t.Fatalf("Find before sending = %+v, %v", found, err)
	}
	r.x.FailNext(xtest.Create, 1, xtest.Failure{Lose: true})
	if _, err := r.Send(t.Context(), out); class(t, err).Class != connector.Doubtful {
		t.Fatalf("Send = %v, want doubtful", err)
	}
	r.pass(time.Minute)
	found, err := r.Find(t.Context(), out, start)
	published := r.x.Replies(out.To.ExternalID)
	if err != nil || len(found) != 1 || len(published) != 2 || found[0].ExternalID != published[1].ID {
		t.Errorf("Find = %+v, %v; published %+v", found, err, published)
	}
	r.pass(8 * 24 * time.Hour)
	if _, err := r.Find(t.Context(), out, start); err == nil {
		t.Error("Find looked where X no longer searches")
	}
	r.x.FailNext(xtest.Search, 1, xtest.Unavailable())
	if found, err := r.Find(t.Context(), out, r.clock()); err == nil || len(found) > 0 {
		t.Error("Find says something though it could not look")
	}
}

func TestCheck(t *testing.T) {
	r := newRig(t)
	same := r.say("@cmo_test same", xtest.Draft{})
	edited := r.say("@cmo_test before", xtest.Draft{})
	deleted := r.say("@cmo_test deleted", xtest.Draft{})
	held := r.say("@cmo_test held back here", xtest.Draft{})
	abroad := r.say("@cmo_test held back abroad", xtest.Draft{})
	both := r.say("@cmo_test edited, then deleted", xtest.Draft{})
	for _, err := range []error{
		r.x.Delete(deleted.ID), r.x.Withhold(held.ID, "IN"), r.x.Withhold(abroad.ID, "DE"),
		second(r.x.Edit(edited.ID, "@cmo_test after")), second(r.x.Edit(both.ID, "@cmo_test x")), r.x.Delete(both.ID),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	b, err := r.Check(t.Context(), []string{same.ID, edited.ID, deleted.ID, held.ID, abroad.ID, both.ID, "mail-id"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, it := range b.Items {
		got[it.Post.Text+it.Note] = it.What + " " + it.Post.ExternalID
		if it.What == connector.ItemEdited && (len(it.Post.Edits) != 1 || it.Post.Edits[0] != edited.ID) {
			t.Errorf("edits = %v", it.Post.Edits)
		}
	}
	if len(b.Items) != 4 || !strings.HasPrefix(got["@cmo_test after"], "edited ") || got["withheld"] != "gone "+held.ID {
		t.Errorf("Check = %v", got)
	}
	if b.Budget.Reads != 5 { // four found, and the new version
		t.Errorf("budget = %+v", b.Budget)
	}
	if b, err := r.Check(t.Context(), nil); err != nil || len(b.Items) != 0 {
		t.Errorf("nothing to check = %v, %v", b.Items, err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestLengthHasOneLimitAnAccount(t *testing.T) {
	r := newRig(t)
	if n, limit := r.Length("दर्ज ✅", grievance.PublicWay); n != 7 || limit != 280 {
		t.Errorf("Length = %d of %d", n, limit)
	}
	if x.Length("grievance.gov.in/track") != 23 {
		t.Error("a link does not count 23")
	}
}

func TestFailuresAreNoText(t *testing.T) {
	r := newRig(t)
	out := r.answer("आपकी शिकायत", "no water", xtest.Draft{})
	_, err := r.Send(t.Context(), out)
	if err == nil || strings.Contains(err.Error(), "शिकायत") || strings.Contains(err.Error(), "access-") {
		t.Errorf("error tells too much: %v", err)
	}
	if !errors.As(err, new(*connector.Failure)) {
		t.Errorf("%v is no *Failure", err)
	}
}
