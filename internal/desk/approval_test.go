package desk_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// drafted is a case whose reply by the magistrate waits for the state cell.
func drafted(t *testing.T, w *speakers) (grievance.ID, *grievance.Reply) {
	t.Helper()
	id := w.Write("asha", "no water for four days", nil, w.of["@cm"])
	return id, draft(t, w, w.Magistrate, id)
}

func draft(t *testing.T, w *speakers, by grievance.Actor, id grievance.ID) *grievance.Reply {
	t.Helper()
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	r, err := sent(w, by, id, v.Complainants[0].ID, grievance.PublicWay)
	w.Must(err)
	return r
}

// reply reads a reply as it is now.
func (w *speakers) reply(id grievance.ID) (r *grievance.Reply) {
	w.T.Helper()
	w.change(func(tx *store.Tx) (err error) {
		r, err = tx.Reply(w.T.Context(), id)
		return err
	})
	return r
}

// What waits for a second person, by the account's policy, by role, by right.
func TestWhoNeedsASecondPerson(t *testing.T) {
	for _, tt := range []struct {
		name  string
		p     grievance.Approval
		roles []grievance.Role
		by    func(w *speakers) grievance.Actor
		want  grievance.ReplyState
	}{
		{"no policy", grievance.ApproveNothing, nil, func(w *speakers) grievance.Actor { return w.Clerk }, grievance.ReplyQueued},
		{"interim replies", grievance.ApproveInterim, nil, func(w *speakers) grievance.Actor { return w.Clerk }, grievance.ReplyAwaiting},
		{"everything public", grievance.ApprovePublic, nil, func(w *speakers) grievance.Actor { return w.State }, grievance.ReplyAwaiting},
		{"clerks always", grievance.ApproveNothing, []grievance.Role{grievance.Clerk}, func(w *speakers) grievance.Actor { return w.Clerk }, grievance.ReplyAwaiting},
		{"clerks always, not others", grievance.ApproveNothing, []grievance.Role{grievance.Clerk}, func(w *speakers) grievance.Actor { return w.State }, grievance.ReplyQueued},
		{"a right to draft only", grievance.ApproveNothing, nil, func(w *speakers) grievance.Actor { return w.Magistrate }, grievance.ReplyAwaiting},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newSpeakers(t)
			w.Must(w.Desk.SetApproval(t.Context(), w.State, w.of["@cm"].ID, tt.p, tt.roles))
			id := w.Write("asha", "no water for four days", nil, w.of["@cm"])
			r := draft(t, w, tt.by(w), id)
			if r.State != tt.want || r.Version != 1 || (r.ApprovedHash == grievance.SumText(r.Text)) != (tt.want == grievance.ReplyQueued) {
				t.Errorf("%s, version %d, approved %q, want %s", r.State, r.Version, r.ApprovedHash, tt.want)
			}
		})
	}
}

// The program's own words follow the policy of the account: only one that asks for
// everything lets an acknowledgement wait.
func TestAcknowledgementsFollowTheAccount(t *testing.T) {
	for p, want := range map[grievance.Approval]string{grievance.ApprovePublic: "ack.queued", grievance.ApproveAll: "ack.waits"} {
		w := newSpeakers(t)
		a := w.of["@cm"]
		w.change(func(tx *store.Tx) error {
			_, err := tx.ExecContext(t.Context(), `UPDATE accounts SET acknowledge = TRUE WHERE id = $1`, a.ID)
			return err
		})
		w.Must(w.Desk.SetApproval(t.Context(), w.State, a.ID, p, nil))
		id := w.Write("asha", "no water for four days", nil, a)
		v, err := w.Desk.Case(t.Context(), w.State, id)
		w.Must(err)
		if got := v.Complainants[0].AckState; got != want {
			t.Errorf("%s: %s, want %s", p, got, want)
		}
		if p != grievance.ApproveAll {
			continue
		}
		w.Must(w.Desk.ReturnReply(t.Context(), w.State, id, v.Replies[0].ID, 1, "not from this account"))
		v, err = w.Desk.Case(t.Context(), w.State, id)
		w.Must(err)
		if v.Replies[0].State != grievance.ReplyCancelled || v.Complainants[0].AckState != "ack.not_sent" {
			t.Errorf("sent back: %s, %s", v.Replies[0].State, v.Complainants[0].AckState)
		}
	}
}

func TestTheMakerIsNotTheChecker(t *testing.T) {
	w := newSpeakers(t)
	ctx := t.Context()
	id, r := drafted(t, w)
	approver := w.Hire(grievance.Approver, "cell")
	nuh := w.Hire(grievance.Approver, "dc-nuh")
	own := w.Hire(grievance.Approver, "dc-hisar")
	for name, tt := range map[string]struct {
		by      grievance.Actor
		version int
		want    error
	}{
		"the author":                            {w.Magistrate, 1, desk.ErrOwnWords},
		"without the permission":                {w.Clerk, 1, grievance.ErrForbidden},
		"without a right on the account":        {own, 1, grievance.ErrForbidden},
		"of another district":                   {nuh, 1, grievance.ErrNotFound},
		"who read another version":              {approver, 2, grievance.ErrConflict},
		"who would approve what is not in case": {approver, 1, nil},
	} {
		reply := r.ID
		if name == "who would approve what is not in case" {
			reply, tt.want = r.ID+1, grievance.ErrNotFound
		}
		if err := w.Desk.ApproveReply(ctx, tt.by, id, reply, tt.version); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
	// A pending reply is seen by those who may approve it, and counted for them.
	for _, tt := range []struct {
		by   grievance.Actor
		want int
	}{{approver, 1}, {w.State, 1}, {w.Magistrate, 0}, {own, 0}, {nuh, 0}} {
		all, err := w.Desk.Awaiting(ctx, tt.by)
		w.Must(err)
		bar, err := w.Desk.Bar(ctx, tt.by)
		w.Must(err)
		if len(all) != tt.want || bar.Awaiting != tt.want {
			t.Errorf("%s of office %d: %d listed, %d counted, want %d", tt.by.Role, tt.by.OfficeID, len(all), bar.Awaiting, tt.want)
		}
	}

	w.Must(w.Desk.ReturnReply(ctx, approver, id, r.ID, 1, "name the ward"))
	if got := w.reply(r.ID); got.State != grievance.ReplyReturned || got.Reason != "name the ward" {
		t.Fatalf("sent back: %s, %q", got.State, got.Reason)
	}
	w.Must(w.Desk.EditReply(ctx, w.Magistrate, id, r.ID, 1, "A team is on its way to ward 9."))
	if got := w.reply(r.ID); got.State != grievance.ReplyAwaiting || got.Version != 2 || got.Reason != "" {
		t.Fatalf("written anew: %s, version %d", got.State, got.Version)
	}
	// Whoever changes the words is their maker: another approves them.
	w.Must(w.Desk.EditReply(ctx, approver, id, r.ID, 2, "A team will be in ward 9 today."))
	if err := w.Desk.ApproveReply(ctx, approver, id, r.ID, 3); !errors.Is(err, desk.ErrOwnWords) {
		t.Errorf("the approver's own words: %v", err)
	}
	if err := w.Desk.ApproveReply(ctx, w.State, id, r.ID, 2); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("the version before: %v", err)
	}
	w.Must(w.Desk.ApproveReply(ctx, w.State, id, r.ID, 3))
	got := w.reply(r.ID)
	if got.State != grievance.ReplyQueued || got.ApprovedHash != grievance.SumText("A team will be in ward 9 today.") || !got.AsApproved(got.Text) {
		t.Errorf("approved: %s, %s", got.State, got.ApprovedHash)
	}
	// An edit after the approval needs another one.
	w.Must(w.Desk.EditReply(ctx, approver, id, r.ID, 3, "A team is in ward 9."))
	if got := w.reply(r.ID); got.State != grievance.ReplyAwaiting || got.ApprovedHash != "" || got.ApproverID != 0 {
		t.Errorf("changed after the approval: %s, approved %q by %s", got.State, got.ApprovedHash, got.ApproverID)
	}
	if n := w.Deliver(id); n != 0 {
		t.Errorf("%d went out without an approval", n)
	}
	if err := w.Desk.EditReply(ctx, w.Field, id, r.ID, 4, "Never mind."); err == nil {
		t.Error("a stranger to the words changes them")
	}
	w.Sound()
}

// An officer who may publish alone changes own words that are still queued, and nobody
// else need look: but whoever approved them before has to again.
func TestOwnWordsInTheQueue(t *testing.T) {
	w := newSpeakers(t)
	id := w.Write("asha", "no water for four days", nil, w.of["@hisar"])
	r := draft(t, w, w.Magistrate, id)
	w.Must(w.Desk.EditReply(t.Context(), w.Magistrate, id, r.ID, 1, "The tanker comes at six."))
	if got := w.reply(r.ID); got.State != grievance.ReplyQueued || !got.AsApproved(got.Text) || got.Version != 2 {
		t.Errorf("own words: %s, version %d", got.State, got.Version)
	}
	if err := w.Desk.DropReply(t.Context(), w.Magistrate, id, r.ID, 2); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("dropped from the queue: %v", err)
	}
	w.Deliver(id)
	if err := w.Desk.EditReply(t.Context(), w.Magistrate, id, r.ID, 2, "Never said."); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("changed after it went out: %v", err)
	}
}

// A question that waits for approval stops no clock; its approval does.
func TestAQuestionThatWaitsStopsNoClock(t *testing.T) {
	w := newSpeakers(t)
	id := w.Write("asha", "no water for four days", nil, w.of["@cm"])
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	w.Must(w.Desk.Ask(t.Context(), w.Magistrate, id, desk.ReplyRequest{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay, Text: "Which ward, please?"}))
	if c := w.Case(id); c.State != grievance.Assigned || !c.PausedAt.IsZero() {
		t.Errorf("asked and not approved: %s", c.State)
	}
	all, err := w.Desk.Awaiting(t.Context(), w.State)
	w.Must(err)
	w.Clock = w.Clock.Add(time.Hour)
	w.Must(w.Desk.ApproveReply(t.Context(), w.State, id, all[0].Reply.ID, 1))
	if c := w.Case(id); c.State != grievance.Waiting || !c.PausedAt.Equal(w.Clock) {
		t.Errorf("approved: %s, paused %v", c.State, c.PausedAt)
	}
	w.Sound()
}

// Two approvers and an editor at once: one has effect, and what is queued is what was
// approved.
func TestApproversAtOnce(t *testing.T) {
	w := newSpeakers(t)
	approvers := []grievance.Actor{w.State, w.Hire(grievance.Approver, "cell"), w.Hire(grievance.StateNodal, "cell"), w.Hire(grievance.Approver, "cell")}
	for range 5 {
		id, r := drafted(t, w)
		var wg sync.WaitGroup
		errs := make([]error, len(approvers)+1)
		for i, by := range approvers {
			wg.Go(func() { errs[i] = w.Desk.ApproveReply(t.Context(), by, id, r.ID, 1) })
		}
		wg.Go(func() {
			errs[len(approvers)] = w.Desk.EditReply(t.Context(), w.Magistrate, id, r.ID, 1, "Changed meanwhile.")
		})
		wg.Wait()
		approved := 0
		for i, err := range errs {
			switch {
			case err == nil && i < len(approvers):
				approved++
			case err != nil && !errors.Is(err, grievance.ErrConflict):
				t.Error(err)
			}
		}
		got := w.reply(r.ID)
		edited := errs[len(approvers)] == nil // before the approval, or after it: then it waits again
		if approved > 1 || approved == 0 && !edited || edited != (got.State == grievance.ReplyAwaiting) || !edited && !got.AsApproved(got.Text) {
			t.Errorf("%d approvals had effect, edited %v; %s", approved, edited, got.State)
		}
		want := map[grievance.ReplyState]int{grievance.ReplyQueued: 1}[got.State]
		if n := w.Deliver(id); n != want {
			t.Errorf("%d went out, want %d", n, want)
		}
	}
	w.Sound()
}

// An answer that the account's office does not let go brings the report back to its office.
func TestAnAnswerSentBackIsTheReportSentBack(t *testing.T) {
	w := newSpeakers(t)
	id := w.Write("asha", "no water for four days", nil, w.of["@cm"])
	w.Must(w.Desk.Assign(t.Context(), w.Magistrate, id, w.Field.ID))
	w.Must(w.Desk.Accept(t.Context(), w.Field, id))
	w.Report(id)
	w.Must(w.Desk.Approve(t.Context(), w.Magistrate, id, 1))
	all, err := w.Desk.Awaiting(t.Context(), w.State)
	w.Must(err)
	if len(all) != 1 || all[0].Reply.Kind != grievance.Answer {
		t.Fatalf("%d wait", len(all))
	}
	if err := w.Desk.EditReply(t.Context(), w.State, id, all[0].Reply.ID, 1, "All is well."); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("the words of a report are changed outside it: %v", err)
	}
	w.Must(w.Desk.ReturnReply(t.Context(), w.State, id, all[0].Reply.ID, 1, "say since when water runs"))
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	if v.Case.State != grievance.InProgress || v.Reports[0].State != grievance.ReportSentBack || v.Reports[0].Reason != "say since when water runs" || v.Case.Approver != 0 {
		t.Errorf("%s, report %s, %q", v.Case.State, v.Reports[0].State, v.Reports[0].Reason)
	}
	w.Report(id)
	w.Must(w.Desk.Approve(t.Context(), w.Magistrate, id, 2))
	w.Sound()
}
