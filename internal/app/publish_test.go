package app

import (
	"slices"
	"testing"
	"time"

	"nivaran/internal/connector/email/emailtest"
	"nivaran/internal/connector/facebook/facebooktest"
	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/demo"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// awkward is a report that a careless hand would change on its way: letters of two code
// points, signs that count double, blanks at line ends, a sign of markup, a lone line end.
const awkward = "सड़क टूटी थी; ₹1,48,000 में <b>ठीक</b> हुई & पानी चालू है।  \rदर्ज ✅ 100% = \"पूरा\"\r\n\r\n- ward 9"

// asker writes to the Chief Minister's account of a channel; published gives the texts
// of ours that stand there, in their order.
type asker struct {
	account   string
	write     func(w *world) string
	published func(w *world, said string) []string
}

var askers = map[string]asker{
	"X": {"@NivaranHR", func(w *world) string {
		w.standIns.X.AddUser(xtest.User{Username: "asha", Name: "Asha"})
		p, err := w.standIns.X.Post("asha", "@NivaranHR हिसार में पेयजल नहीं", xtest.Draft{})
		must(w.t, err)
		return p.ID
	}, func(w *world, said string) (texts []string) {
		for _, p := range w.standIns.X.Replies(said) {
			texts = append(texts, p.Text)
		}
		return texts
	}},
	"Facebook": {"CM Haryana Nivaran", func(w *world) string {
		p, err := w.standIns.Facebook.VisitorPost(w.accounts["CM Haryana Nivaran"].ExternalID, "Meena Saini", "हिसार में पेयजल नहीं", facebooktest.Draft{})
		must(w.t, err)
		return p.ID
	}, func(w *world, said string) (texts []string) {
		for _, p := range w.standIns.Facebook.Posts() {
			if p.API && p.ParentID == said {
				texts = append(texts, p.Text)
			}
		}
		return texts
	}},
	"mail": {"cm@grievance.haryana.example", func(w *world) string {
		const to = "cm@grievance.haryana.example"
		must(w.t, w.standIns.Mail.Deliver(to, emailtest.Draft{From: "asha@example.org", To: to, Subject: "Water", Text: "हिसार में पेयजल नहीं", Date: time.Now(), MessageID: "<one@example.org>", DMARC: "pass"}.Bytes()))
		return "asha@example.org"
	}, func(w *world, said string) (texts []string) {
		for _, m := range w.standIns.Mail.SentTo(said) {
			texts = append(texts, m.Text())
		}
		return texts
	}},
}

// heard lets the citizen write and opens the case.
func (w *world) heard(c asker) (said string, id grievance.ID) {
	w.t.Helper()
	said = c.write(w)
	w.hear(c.account)
	return said, w.openFirst("हिसार में पेयजल नहीं")
}

// replies reads the replies of a case.
func (w *world) replies(id grievance.ID) (all []*grievance.Reply) {
	w.t.Helper()
	must(w.t, w.store.View(w.t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Replies(w.t.Context(), id)
		return err
	}))
	return all
}

// drafting lets districts only draft at the state's accounts.
func (w *world) drafting() {
	w.t.Helper()
	for _, a := range w.accounts {
		if a.OfficeID == w.office.StateCell() {
			must(w.t, w.desk.SetRight(w.t.Context(), w.people[grievance.Administrator], grievance.AccountRight{AccountID: a.ID, Role: grievance.DistrictNodal, Level: grievance.DraftRight}))
		}
	}
}

// On every channel the service receives the very bytes that a second person approved: of
// a report's answer, and of a reply that was sent back, changed and approved.
func TestPublishedIsWhatWasApproved(t *testing.T) {
	for channel, c := range askers {
		t.Run(channel, func(t *testing.T) {
			w := newWorld(t, false)
			w.drafting()
			said, id := w.heard(c)
			must(t, w.outbox.Due(t.Context())) // the acknowledgement
			v, err := w.desk.Case(t.Context(), w.people[grievance.DistrictNodal], id)
			must(t, err)
			must(t, w.desk.Reply(t.Context(), w.people[grievance.DistrictNodal], id, desk.ReplyRequest{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay, Text: "Wait, please."}))
			interim := last(w.replies(id))
			must(t, w.desk.EditReply(t.Context(), w.people[grievance.DistrictNodal], id, interim.ID, 1, awkward))
			must(t, w.outbox.Due(t.Context()))
			if n := len(c.published(w, said)); n != 1 {
				t.Fatalf("%d texts stand there before an approval, want the acknowledgement", n)
			}
			must(t, w.desk.ApproveReply(t.Context(), w.people[grievance.Approver], id, interim.ID, 2))
			w.answer(id, awkward)
			answer := last(w.replies(id))
			must(t, w.desk.ApproveReply(t.Context(), w.people[grievance.Approver], id, answer.ID, 1))
			must(t, w.outbox.Due(t.Context()))

			var approved []string
			for _, r := range w.replies(id)[1:] {
				if r.State != grievance.ReplyPublished || r.ApprovedHash != grievance.SumText(r.Text) || r.ApproverID == r.AuthorID {
					t.Errorf("%s: %s, approved %s by %s", r.Kind, r.State, r.ApprovedHash, r.ApproverID)
				}
				approved = append(approved, r.Text)
			}
			if got := c.published(w, said)[1:]; !slices.Equal(got, approved) {
				t.Errorf("received\n%q\napproved\n%q", got, approved)
			}
			if s := w.state(id); s != grievance.Resolved {
				t.Errorf("answered: %s", s)
			}
			w.sound()
		})
	}
}

func last(all []*grievance.Reply) *grievance.Reply { return all[len(all)-1] }

// A text that is not the one that was approved never goes out: an officer sees why, and
// it goes out once somebody has approved it again.
func TestAChangedTextIsNotPublished(t *testing.T) {
	for channel, c := range askers {
		t.Run(channel, func(t *testing.T) {
			w := newWorld(t, false)
			said, id := w.heard(c)
			must(t, w.outbox.Due(t.Context()))
			v, err := w.desk.Case(t.Context(), w.people[grievance.DistrictNodal], id)
			must(t, err)
			must(t, w.desk.Reply(t.Context(), w.people[grievance.DistrictNodal], id, desk.ReplyRequest{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay, Text: "Water comes at six."}))
			r := last(w.replies(id))
			must(t, w.store.Tx(t.Context(), func(tx *store.Tx) error {
				_, err := tx.ExecContext(t.Context(), `UPDATE replies SET text = text || '!' WHERE id = $1`, r.ID)
				return err
			}))
			must(t, w.outbox.Due(t.Context()))
			if n := len(c.published(w, said)); n != 1 {
				t.Fatalf("%d texts stand there, want the acknowledgement alone", n)
			}
			stuck, err := w.desk.StuckReplies(t.Context(), w.people[grievance.DistrictNodal])
			must(t, err)
			if len(stuck) != 1 || stuck[0].Reply.FailKey != "reply.not_as_approved" {
				t.Fatalf("before the officer: %+v", stuck)
			}
			must(t, w.desk.SendAgain(t.Context(), w.people[grievance.DistrictNodal], id, r.ID, grievance.ReplyRefused))
			must(t, w.outbox.Due(t.Context()))
			if got := last(w.replies(id)); got.State != grievance.ReplyAwaiting || len(c.published(w, said)) != 1 {
				t.Errorf("sent again: %s", got.State)
			}
			must(t, w.desk.ApproveReply(t.Context(), w.people[grievance.Approver], id, r.ID, 1))
			must(t, w.outbox.Due(t.Context()))
			if got := c.published(w, said); len(got) != 2 || got[1] != last(w.replies(id)).Text {
				t.Errorf("published %q", got)
			}
			w.sound()
		})
	}
}

// What is held waits, whatever holds it, and goes out once when nothing does any more.
func TestNothingIsSentWhileHeldAndNothingIsLost(t *testing.T) {
	w := newWorld(t, false)
	ctx, admin := t.Context(), w.people[grievance.Administrator]
	said, id := w.heard(askers["X"])
	const why = "wrong figures went out"
	for _, h := range []desk.HoldRequest{{Reason: why}, {OfficeID: w.office.StateCell(), Reason: why}, {AccountID: w.accounts["@NivaranHR"].ID, Reason: why}} {
		must(t, w.desk.Hold(ctx, admin, h))
	}
	v, err := w.desk.Case(ctx, w.people[grievance.DistrictNodal], id)
	must(t, err)
	must(t, w.desk.Reply(ctx, w.people[grievance.DistrictNodal], id, desk.ReplyRequest{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay, Text: "Water comes at six."}))
	var ids []grievance.ID
	for _, r := range w.replies(id) {
		ids = append(ids, r.ID)
	}
	holds, err := w.desk.Holds(ctx, admin)
	must(t, err)
	for i, h := range holds {
		must(t, w.outbox.Due(ctx))
		must(t, w.outbox.Send(ctx, ids)) // as a job would that was ordered before
		if n := len(w.standIns.X.Replies(said)); n != 0 {
			t.Fatalf("%d sent while %d holds stand", n, len(holds)-i)
		}
		must(t, w.desk.LiftHold(ctx, admin, h.ID))
	}
	must(t, w.outbox.Due(ctx))
	must(t, w.outbox.Send(ctx, ids))
	if n := len(w.standIns.X.Replies(said)); n != 2 {
		t.Errorf("%d sent after the last hold, want the acknowledgement and the reply", n)
	}
	w.sound()
}

// An acknowledgement that was held for longer than a post may be acknowledged is not sent
// late; what an officer wrote is.
func TestALateAcknowledgementIsNotSent(t *testing.T) {
	w := newWorld(t, false)
	ctx, admin := t.Context(), w.people[grievance.Administrator]
	must(t, w.desk.Hold(ctx, admin, desk.HoldRequest{Reason: "wrong figures went out"}))
	said, id := w.heard(askers["X"])
	v, err := w.desk.Case(ctx, w.people[grievance.DistrictNodal], id)
	must(t, err)
	must(t, w.desk.Reply(ctx, w.people[grievance.DistrictNodal], id, desk.ReplyRequest{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay, Text: "Water comes at six."}))
	later := time.Now().Add(25 * time.Hour)
	w.desk.Now, w.outbox.Now = func() time.Time { return later }, func() time.Time { return later }
	holds, err := w.desk.Holds(ctx, admin)
	must(t, err)
	must(t, w.desk.LiftHold(ctx, admin, holds[0].ID))
	must(t, w.outbox.Due(ctx))
	replies := w.standIns.X.Replies(said)
	if len(replies) != 1 || replies[0].Text[:18] != "Water comes at six" {
		t.Errorf("sent %+v, want the officer's words alone", replies)
	}
	v, err = w.desk.Case(ctx, w.people[grievance.DistrictNodal], id)
	must(t, err)
	if v.Complainants[0].AckState != "ack.too_old" || v.Replies[0].State != grievance.ReplyCancelled {
		t.Errorf("the acknowledgement: %s, %s", v.Complainants[0].AckState, v.Replies[0].State)
	}
	w.sound()
}

// We believed in a plan that X does not know of: it refuses the district's account, the
// officer sees why, and the state's account answers by the next best way, naming the
// district.
func TestXRefusesWhoWasNotNamed(t *testing.T) {
	w := newWorld(t, false, func(a *demo.Account) { a.Acknowledge = false })
	ctx, magistrate := t.Context(), w.people[grievance.DistrictNodal]
	w.desk.Enterprise, w.cfg.XEnterprise = true, true
	said, id := w.heard(askers["X"])
	v, err := w.desk.Case(ctx, magistrate, id)
	must(t, err)
	write := func() *grievance.Reply {
		must(t, w.desk.Reply(ctx, magistrate, id, desk.ReplyRequest{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay, Text: "Water comes at six."}))
		must(t, w.outbox.Due(ctx))
		return last(w.replies(id))
	}
	r := write()
	if r.AccountID != w.accounts["@DCHisarNivaran"].ID || r.State != grievance.ReplyRefused || r.FailKey != "reply.x_not_summoned" || len(w.standIns.X.Replies(said)) != 0 {
		t.Fatalf("from account %d: %s, %s", r.AccountID, r.State, r.FailKey)
	}
	w.desk.Enterprise = false
	r = write()
	if got := w.standIns.X.Replies(said); r.AccountID != w.accounts["@NivaranHR"].ID || len(got) != 1 || got[0].Text != "Water comes at six.\n— District Administration, Hisar" && got[0].Text != "Water comes at six.\n— जिला प्रशासन, हिसार" {
		t.Errorf("from account %d: %+v", r.AccountID, got)
	}
}
