package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// speakers is a world with an account of the state cell, of Hisar and of Nuh on each
// channel. The case is always Hisar's; no right is given but those that hold by themselves.
type speakers struct {
	*desktest.World
	of map[string]grievance.OfficialAccount
}

func newSpeakers(t *testing.T) *speakers {
	t.Helper()
	w := &speakers{World: desktest.New(t), of: map[string]grievance.OfficialAccount{}}
	for _, a := range []struct {
		ch   grievance.Channel
		name string
	}{{grievance.X, "@"}, {grievance.Facebook, "page "}, {grievance.Email, "mail@"}} {
		for who, code := range map[string]string{"cm": "cell", "hisar": "dc-hisar", "nuh": "dc-nuh"} {
			w.of[a.name+who] = w.Connect(a.ch, a.name+who, code)
		}
	}
	return w
}

// change runs one act on the store.
func (w *speakers) change(act func(tx *store.Tx) error) {
	w.T.Helper()
	w.Must(w.Desk.Store.Tx(w.T.Context(), act))
}

// fail keeps how a call of the account ended.
func (w *speakers) fail(handle, class string) {
	w.change(func(tx *store.Tx) error {
		return tx.RecordFailure(w.T.Context(), w.of[handle].ID, true, class, "", w.Clock.Add(time.Hour), w.Clock)
	})
}

// Which account speaks, why others cannot, and the next best way: each situation on the
// plan that lets only those answer whom the citizen named, and on the one that lifts it.
func TestWhichAccountSpeaks(t *testing.T) {
	const hisar = "District Administration, Hisar"
	magistrate, state := func(w *speakers) grievance.Actor { return w.Magistrate }, func(w *speakers) grievance.Actor { return w.State }
	shared := newSpeakers(t)
	for _, tt := range []struct {
		name       string
		to         []string // the accounts to which the citizen wrote
		enterprise bool
		by         func(w *speakers) grievance.Actor
		way        grievance.Way
		text       string
		post       func(p *grievance.Post)
		then       func(w *speakers, id grievance.ID)

		best     string
		approval bool   // the best one's words wait for a second person
		names    string // under the words
		waits    string
		refused  map[string]string
		next     []string
	}{
		{name: "only the CM is named", to: []string{"@cm"}, by: magistrate, best: "@cm", approval: true, names: hisar,
			refused: map[string]string{"@hisar": "reply.x_not_summoned", "@nuh": "reply.x_not_summoned"}},
		{name: "only the CM is named, Enterprise", to: []string{"@cm"}, enterprise: true, by: magistrate, best: "@hisar", refused: map[string]string{"@nuh": "reply.no_right"}},
		{name: "both are named", to: []string{"@cm", "@hisar"}, by: magistrate, best: "@hisar", refused: map[string]string{"@nuh": "reply.x_not_summoned"}},
		{name: "the state cell in a district's thread", to: []string{"@hisar"}, by: state, best: "@hisar", approval: true, names: "Chief Minister",
			refused: map[string]string{"@cm": "reply.x_not_summoned"}},
		{name: "the state cell for itself", to: []string{"@cm", "@hisar"}, by: state, best: "@cm"},
		{name: "a right to publish from the state's account", to: []string{"@cm"}, by: magistrate, best: "@cm", names: hisar,
			then: func(w *speakers, _ grievance.ID) {
				w.Must(w.Desk.SetRight(t.Context(), w.State, grievance.AccountRight{AccountID: w.of["@cm"].ID, Role: grievance.DistrictNodal, Level: grievance.PublishRight}))
			}},
		{name: "the right is taken away", to: []string{"@cm"}, by: magistrate, refused: map[string]string{"@cm": "reply.no_right"}, next: []string{"advice.ask_office", "advice.told"},
			then: func(w *speakers, _ grievance.ID) {
				w.Must(w.Desk.SetRight(t.Context(), w.State, grievance.AccountRight{AccountID: w.of["@cm"].ID, OfficeID: w.Magistrate.OfficeID, Level: grievance.ReadRight}))
			}},
		{name: "signed out", to: []string{"@hisar"}, by: magistrate, refused: map[string]string{"@hisar": "reply.account_stopped"}, next: []string{"advice.reconnect", "advice.told"},
			then: func(w *speakers, _ grievance.ID) { w.fail("@hisar", "signin") }},
		{name: "signed out, the citizen gave an address", to: []string{"@hisar"}, text: "no water, write to asha@example.org", by: magistrate, next: []string{"advice.reconnect", "advice.letter", "advice.told"},
			then: func(w *speakers, _ grievance.ID) { w.fail("@hisar", "signin") }},
		{name: "its service lets us read only", to: []string{"@hisar"}, by: magistrate, refused: map[string]string{"@hisar": "reply.account_may_not_send"}, next: []string{"advice.told"},
			then: func(w *speakers, _ grievance.ID) { w.fail("@hisar", "forbidden") }},
		{name: "the budget is used up", to: []string{"@hisar"}, by: magistrate, best: "@hisar", waits: "reply.budget_spent", then: func(w *speakers, _ grievance.ID) { w.fail("@hisar", "unpaid") }},
		{name: "a limit, another account is free", to: []string{"@cm", "@hisar"}, by: magistrate, best: "@cm", approval: true, names: hisar, then: func(w *speakers, _ grievance.ID) { w.fail("@hisar", "limited") }},
		{name: "the office is on hold", to: []string{"@hisar"}, by: magistrate, best: "@hisar", waits: "reply.on_hold",
			then: func(w *speakers, _ grievance.ID) {
				w.Must(w.Desk.Hold(t.Context(), w.State, desk.HoldRequest{OfficeID: w.Magistrate.OfficeID, Reason: "wrong figures went out"}))
			}},
		{name: "the office is on hold, the state's account is free", to: []string{"@cm", "@hisar"}, by: magistrate, best: "@cm", approval: true, names: hisar,
			then: func(w *speakers, _ grievance.ID) {
				w.Must(w.Desk.Hold(t.Context(), w.State, desk.HoldRequest{OfficeID: w.Magistrate.OfficeID, Reason: "wrong figures went out"}))
			}},
		{name: "privately on X", to: []string{"@hisar"}, by: magistrate, way: grievance.PrivateWay, refused: map[string]string{"@hisar": "reply.x_public_only"},
			next: []string{"advice.in_public", "advice.ask_by_mail", "advice.told"}},

		{name: "a comment on the CM's page", to: []string{"page cm"}, by: magistrate, best: "page cm", approval: true, names: hisar, refused: map[string]string{"page hisar": "reply.not_seen_there"}},
		{name: "a comment on the CM's page, Enterprise is X's alone", to: []string{"page cm"}, enterprise: true, by: magistrate, best: "page cm", approval: true, names: hisar, refused: map[string]string{"page hisar": "reply.not_seen_there"}},
		{name: "a private reply to a comment", to: []string{"page hisar"}, way: grievance.PrivateWay, by: magistrate, best: "page hisar"},
		{name: "a private reply too late", to: []string{"page hisar"}, way: grievance.PrivateWay, by: magistrate, refused: map[string]string{"page hisar": "reply.window_over"}, next: []string{"advice.in_public", "advice.told"},
			then: func(w *speakers, _ grievance.ID) { w.Clock = w.Clock.Add(8 * 24 * time.Hour) }},
		{name: "a message too late", to: []string{"page hisar"}, way: grievance.PrivateWay, by: magistrate, post: func(p *grievance.Post) { p.Form, p.Public = grievance.Message, false },
			refused: map[string]string{"page hisar": "reply.window_over"}, next: []string{"advice.told"}, then: func(w *speakers, _ grievance.ID) { w.Clock = w.Clock.Add(8 * 24 * time.Hour) }},
		{name: "a sensitive comment", to: []string{"page hisar"}, by: magistrate, refused: map[string]string{"page hisar": "reply.sensitive"}, next: []string{"advice.private_message", "advice.told"}, then: sensitive},
		{name: "a sensitive post on X", to: []string{"@hisar"}, by: magistrate, refused: map[string]string{"@hisar": "reply.sensitive"}, next: []string{"advice.ask_by_mail", "advice.told"}, then: sensitive},

		{name: "a letter", to: []string{"mail@cm"}, way: grievance.LetterWay, by: magistrate, best: "mail@cm", approval: true, names: hisar, refused: map[string]string{"mail@hisar": "reply.not_seen_there"}},
		{name: "a letter to the district", to: []string{"mail@hisar"}, way: grievance.LetterWay, by: magistrate, best: "mail@hisar"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := shared
			if tt.then != nil { // it changes the accounts
				w = newSpeakers(t)
			}
			w.Desk.Enterprise = tt.enterprise
			var to []grievance.OfficialAccount
			for _, handle := range tt.to {
				to = append(to, w.of[handle])
			}
			if tt.text == "" {
				tt.text = "no water for four days"
			}
			id := w.Write("asha", tt.text, tt.post, to...)
			if tt.then != nil {
				tt.then(w, id)
			}
			if tt.way == "" {
				tt.way = grievance.PublicWay
			}
			v, err := w.Desk.Case(t.Context(), w.State, id)
			w.Must(err)
			sp, err := w.Desk.Speak(t.Context(), tt.by(w), id, v.Complainants[0].ID, tt.way)
			w.Must(err)
			check(t, sp, tt.best, tt.approval, tt.names, tt.waits, tt.refused)
			var next []string
			for _, a := range sp.Next {
				next = append(next, a.Key)
			}
			if !slices.Equal(next, tt.next) {
				t.Errorf("next best ways %q, want %q", next, tt.next)
			}
			// What the desk says and what it does are one thing.
			_, err = sent(w, tt.by(w), id, v.Complainants[0].ID, tt.way)
			if (err == nil) != (tt.best != "") {
				t.Errorf("written: %v, best %q", err, tt.best)
			}
		})
	}
}

func sensitive(w *speakers, id grievance.ID) {
	w.change(func(tx *store.Tx) error {
		c, err := tx.Case(w.T.Context(), grievance.Scope{All: true}, id)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(w.T.Context(), `UPDATE cases SET sensitive = TRUE WHERE id = $1`, c.ID)
		return err
	})
}

// sent writes to the complainant and gives the reply.
func sent(w *speakers, by grievance.Actor, id, complainant grievance.ID, way grievance.Way) (*grievance.Reply, error) {
	err := w.Desk.Reply(w.T.Context(), by, id, desk.ReplyRequest{ComplainantID: complainant, Way: way, Text: "A team is on its way."})
	if err != nil {
		return nil, err
	}
	v, err := w.Desk.Case(w.T.Context(), w.State, id)
	return v.Replies[len(v.Replies)-1], err
}

func check(t *testing.T, sp desk.Speaking, best string, approval bool, names, waits string, refused map[string]string) {
	t.Helper()
	got := map[string]desk.Voice{}
	chosen := ""
	for _, v := range sp.Voices {
		got[v.Account.Handle] = v
		if v.Account.ID == sp.Best {
			chosen = v.Account.Handle
		}
	}
	if chosen != best {
		t.Errorf("%q speaks, want %q: %s", chosen, best, voices(sp))
	}
	if v := got[best]; best != "" && (v.Refused != "" || v.Approval != approval || v.Waits != waits || (v.Names != "") != (names != "") || !strings.Contains(v.Names, names)) {
		t.Errorf("best: %+v, want approval %v, under it %q, waits %q", v, approval, names, waits)
	}
	for handle, why := range refused {
		if got[handle].Refused != why {
			t.Errorf("%s: refused %q, want %q", handle, got[handle].Refused, why)
		}
	}
}

func voices(sp desk.Speaking) (s string) {
	for _, v := range sp.Voices {
		s += fmt.Sprintf("%s %q %q; ", v.Account.Handle, v.Refused, v.Waits)
	}
	return s
}

// An answer of the district by the state's account names the district, and nobody of the
// district lets it go: somebody of the state cell does.
func TestTheStatesAccountNamesTheDistrict(t *testing.T) {
	w := newSpeakers(t)
	id := w.Write("asha", "no water for four days", nil, w.of["@cm"])
	w.Must(w.Desk.Assign(t.Context(), w.Magistrate, id, w.Field.ID))
	w.Must(w.Desk.Accept(t.Context(), w.Field, id))
	w.Report(id)
	w.Must(w.Desk.Approve(t.Context(), w.Magistrate, id, 1))
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	office, _ := w.Desk.Office.Office(v.Case.OfficeID)
	last := v.Replies[len(v.Replies)-1]
	want := "The motor of the booster pump was replaced.\n— " + office.Name("en") + "\nIs it settled? Please answer Yes or No here. " + v.Case.Number
	if last.Text != want || last.State != grievance.ReplyAwaiting || last.AccountID != w.of["@cm"].ID {
		t.Fatalf("%s from %d:\n%s\nwant\n%s", last.State, last.AccountID, last.Text, want)
	}
	if n := w.Deliver(id); n != 0 {
		t.Errorf("%d went out without the state cell", n)
	}
	if err := w.Desk.ApproveReply(t.Context(), w.Magistrate, id, last.ID, last.Version); err == nil {
		t.Error("the district lets go what it may only draft")
	}
	w.Must(w.Desk.ApproveReply(t.Context(), w.Hire(grievance.Approver, "cell"), id, last.ID, last.Version))
	if n := w.Deliver(id); n != 1 {
		t.Errorf("%d answers, want 1", n)
	}
	if c := w.Case(id); c.State != grievance.Resolved {
		t.Errorf("answered: %s", c.State)
	}
	w.Sound()
}
