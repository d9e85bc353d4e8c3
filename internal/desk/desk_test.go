package desk_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

func TestTheCitizenAgrees(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	if c := w.Case(id); c.State != grievance.Assigned || c.OfficeID != w.Desk.Office.OfficeByCode("public_health-hisar") {
		t.Fatalf("opened: %s at office %d", c.State, c.OfficeID)
	}
	if n := w.Deliver(id); n != 1 {
		t.Errorf("%d acknowledgements, want 1", n)
	}
	w.Must(w.Desk.Assign(t.Context(), w.Magistrate, id, w.Field.ID))
	w.Must(w.Desk.Accept(t.Context(), w.Field, id))
	w.Report(id)
	w.Must(w.Desk.Approve(t.Context(), w.Magistrate, id, 1))
	if c := w.Case(id); c.State != grievance.ActionTaken {
		t.Errorf("approved and not delivered: %s", c.State)
	}
	w.Deliver(id)
	c := w.Case(id)
	if c.State != grievance.Resolved || c.FirstResponseAt.IsZero() {
		t.Errorf("delivered: %s, first response %v", c.State, c.FirstResponseAt)
	}
	w.Must(w.Say(id, "asha", "Yes, it is settled now. Thank you."))
	if c := w.Case(id); c.State != grievance.Closed || c.Outcome != grievance.OutcomeSettled {
		t.Errorf("after the word: %s %s", c.State, c.Outcome)
	}
	w.Sound()
}

func TestTheCitizenDoesNotAgree(t *testing.T) {
	w := desktest.New(t)
	id := w.Resolved("asha")
	before := w.Case(id)
	w.Clock = w.Clock.Add(2 * time.Hour)
	w.Must(w.Say(id, "asha", "nahi, kuch nahi hua"))
	c := w.Case(id)
	if c.State != grievance.Assigned || c.Round != 1 || c.Level != 1 || c.OfficeID != before.OfficeID || !c.ClockStart.After(before.ClockStart) {
		t.Errorf("disputed: %s, round %d, level %d, clock from %v", c.State, c.Round, c.Level, c.ClockStart)
	}
	w.Must(w.Desk.Accept(t.Context(), w.Field, id))
	w.Report(id)
	if err := w.Desk.Approve(t.Context(), w.Magistrate, id, 2); err != nil {
		t.Errorf("the overseer approves: %v", err)
	}
	w.Sound()
}

func TestABystanderDecidesNothing(t *testing.T) {
	w := desktest.New(t)
	id := w.Resolved("asha")
	w.Must(w.Say(id, "somebody", "yes, all settled, thank you"))
	if c := w.Case(id); c.State != grievance.Resolved {
		t.Errorf("after a bystander's word: %s", c.State)
	}
}

func TestApproval(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	w.Must(w.Desk.Report(t.Context(), w.Magistrate, id, desk.ReportRequest{Text: "Tankers were sent to the ward.", DoneAt: w.Clock}))
	if err := w.Desk.Approve(t.Context(), w.Magistrate, id, 1); !errors.Is(err, desk.ErrOwnReport) {
		t.Errorf("own report: %v", err)
	}
	if err := w.Desk.Approve(t.Context(), w.Stranger, id, 1); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
	if err := w.Desk.Approve(t.Context(), w.State, id, 2); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("another version: %v", err)
	}
	var wg sync.WaitGroup
	for range 4 { // approvers at once
		wg.Go(func() { _ = w.Desk.Approve(t.Context(), w.State, id, 1) })
	}
	wg.Wait()
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	answers := 0
	for _, r := range v.Replies {
		if r.Kind == grievance.Answer {
			answers++
			if !strings.HasPrefix(r.Text, "Tankers were sent to the ward.\n") {
				t.Errorf("published %q", r.Text)
			}
		}
	}
	if answers != 1 {
		t.Errorf("%d answers, want 1", answers)
	}
	w.Sound()
}

func TestAskingStopsTheClock(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	due := v.Case.DueAt
	w.Must(w.Desk.Ask(t.Context(), w.Magistrate, id, desk.ReplyRequest{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay, Text: "Which house, please?"}))
	if c := w.Case(id); c.State != grievance.Waiting {
		t.Fatalf("asked: %s", c.State)
	}
	w.Clock = w.Clock.Add(2 * time.Hour)
	w.Must(w.Say(id, "asha", "house near the school"))
	c := w.Case(id)
	if c.State != grievance.Assigned || !c.DueAt.Equal(due.Add(2*time.Hour)) {
		t.Errorf("answered: %s, due %v, want %v", c.State, c.DueAt, due.Add(2*time.Hour))
	}
}

func TestTheThirdReturnGoesToTheStateCell(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	d := w.Desk.Office
	for i, code := range []string{"pwd_roads-hisar", "irrigation-hisar", "revenue-hisar"} {
		w.Must(w.Desk.Return(t.Context(), w.Magistrate, id, d.OfficeByCode(code), "This belongs to another office, as the map shows."))
		want := d.OfficeByCode(code)
		if i == 2 {
			want = d.StateCell()
		}
		if c := w.Case(id); c.OfficeID != want {
			t.Errorf("return %d: office %d, want %d", i+1, c.OfficeID, want)
		}
	}
	if err := w.Desk.Forward(t.Context(), w.State, id, d.OfficeByCode("dc-hisar"), "no"); err == nil {
		t.Error("forwarded without a remark")
	}
}

func TestWhoIsComplainedOfDoesNotSeeIt(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	w.Must(w.Desk.Exclude(t.Context(), w.Clerk, id, store.Exclusion{OfficerID: w.Magistrate.ID}))
	if _, err := w.Desk.Case(t.Context(), w.Magistrate, id); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("the officer complained of reads it: %v", err)
	}
	folders, err := w.Desk.Folders(t.Context(), w.Magistrate)
	w.Must(err)
	for _, f := range folders {
		if f.N != 0 {
			t.Errorf("folder %s counts %d", f.Folder, f.N)
		}
	}
}

func TestSilenceAndTheSecretLink(t *testing.T) {
	w := desktest.New(t)
	silent := w.Resolved("asha")
	w.Clock = w.Clock.Add(w.Desk.Limits.Feedback + time.Minute)
	if _, err := w.Desk.Due(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := w.Case(silent); c.State != grievance.Closed || c.Outcome != grievance.OutcomeNoAnswer {
		t.Errorf("silence: %s %s", c.State, c.Outcome)
	}
	if _, err := w.Desk.SecretLink(t.Context(), "guess"); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("a guessed link: %v", err)
	}
}

func TestACodeInTheThreadUnlocksOneVerdict(t *testing.T) {
	w := desktest.New(t)
	id := w.Resolved("asha")
	number := w.Case(id).Number
	code, err := w.Desk.NewCode(t.Context(), number, "browser")
	w.Must(err)
	if err := w.Desk.ConfirmByCode(t.Context(), number, "browser", grievance.FeedbackYes); err == nil {
		t.Error("a verdict before the code was written")
	}
	w.Must(w.Say(id, "somebody", code.Digits))
	if s, err := w.Desk.CodeState(t.Context(), number, "browser"); err != nil || s.Unlocked {
		t.Errorf("a bystander's code: %+v, %v", s, err)
	}
	w.Must(w.Say(id, "asha", "code "+code.Digits))
	if _, err := w.Desk.CodeState(t.Context(), number, "another"); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("another browser: %v", err)
	}
	w.Must(w.Desk.ConfirmByCode(t.Context(), number, "browser", grievance.FeedbackYes))
	if err := w.Desk.ConfirmByCode(t.Context(), number, "browser", grievance.FeedbackNo); err == nil {
		t.Error("the code carried a second verdict")
	}
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	last := v.Replies[len(v.Replies)-1]
	if last.Kind != grievance.Receipt || !last.Automatic || last.State != grievance.ReplyQueued || !strings.Contains(last.Text, number) {
		t.Errorf("in the thread: %+v", last)
	}
}

func TestWhoIsDeclinedHearsWhereToTurn(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	w.Deliver(id)
	w.Must(w.Desk.Reject(t.Context(), w.State, id, "court", "writ petition before the High Court"))
	said := func() (texts []string, states []grievance.ReplyState) {
		v, err := w.Desk.Case(t.Context(), w.State, id)
		w.Must(err)
		for _, r := range v.Replies {
			if r.Kind == grievance.NotForUsReply {
				texts, states = append(texts, r.Text), append(states, r.State)
			}
		}
		return texts, states
	}
	texts, _ := said()
	if len(texts) != 1 || !strings.Contains(texts[0], "15100") || !strings.Contains(texts[0], w.Case(id).Number) {
		t.Fatalf("told %q", texts)
	}
	if strings.Contains(texts[0], "writ petition") {
		t.Error("the remark for the file went out")
	}
	// Taken back before it went out: nothing goes out.
	w.Must(w.Desk.Readmit(t.Context(), w.State, id, "it was another matter"))
	if _, states := said(); len(states) != 1 || states[0] != grievance.ReplyCancelled {
		t.Errorf("after the rejection was taken back: %v", states)
	}
	w.Must(w.Desk.Reject(t.Context(), w.State, id, "abuse", "nothing but abuse in it"))
	if texts, _ := said(); len(texts) != 1 {
		t.Errorf("abuse was answered: %q", texts)
	}
	w.Sound()
}

func TestErasedWordsAreGone(t *testing.T) {
	w := desktest.New(t)
	post := w.Post("asha", "", "my secret house is number twelve")
	o, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{w.Request(post)})
	w.Must(err)
	w.Must(w.Desk.Erase(t.Context(), w.State, []grievance.ID{post}, "asked by the citizen"))
	v, err := w.Desk.Case(t.Context(), w.State, o[0].CaseID)
	w.Must(err)
	if strings.Contains(v.Case.Excerpt+v.Posts[0].Text+v.Posts[0].FullText, "secret") {
		t.Error("words are left")
	}
	w.Sound()
}

func TestPermissionsAreRefused(t *testing.T) {
	w := desktest.New(t)
	id := w.Open("asha")
	for name, act := range map[string]func(by grievance.Actor) error{
		"assign":  func(by grievance.Actor) error { return w.Desk.Assign(t.Context(), by, id, w.Field.ID) },
		"forward": func(by grievance.Actor) error { return w.Desk.Forward(t.Context(), by, id, 1, "to whoever may do it") },
		"report": func(by grievance.Actor) error {
			return w.Desk.Report(t.Context(), by, id, desk.ReportRequest{Text: "Everything was done there.", DoneAt: w.Clock})
		},
		"approve": func(by grievance.Actor) error { return w.Desk.Approve(t.Context(), by, id, 1) },
		"reject": func(by grievance.Actor) error {
			return w.Desk.Reject(t.Context(), by, id, "court", "a case is before the court")
		},
		"watch": func(by grievance.Actor) error { return w.Desk.Watch(t.Context(), by, id, true) },
		"exclude": func(by grievance.Actor) error {
			return w.Desk.Exclude(t.Context(), by, id, store.Exclusion{OfficerID: w.Field.ID})
		},
		"withdraw": func(by grievance.Actor) error { return w.Desk.Withdraw(t.Context(), by, id, "wishes so") },
		"note":     func(by grievance.Actor) error { return w.Desk.Note(t.Context(), by, id, "seen", nil) },
	} {
		auditor := w.State
		auditor.Role, auditor.Grants = grievance.Auditor, grievance.Grants(grievance.Auditor)
		if err := act(auditor); !errors.Is(err, grievance.ErrForbidden) {
			t.Errorf("an auditor may %s: %v", name, err)
		}
		if err := act(w.Stranger); !errors.Is(err, grievance.ErrNotFound) && !errors.Is(err, grievance.ErrForbidden) {
			t.Errorf("a stranger may %s: %v", name, err)
		}
	}
	if _, err := w.Desk.Open(t.Context(), w.Field, []desk.OpenRequest{{PostID: 1}}); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a field officer opens: %v", err)
	}
}

func TestTheSameRequestTwiceHasTheEffectOfOne(t *testing.T) {
	w := desktest.New(t)
	post := w.Post("asha", "", "no water for four days")
	first, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{w.Request(post)})
	w.Must(err)
	second, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{w.Request(post)})
	w.Must(err)
	if !second[0].Already || second[0].Number != first[0].Number {
		t.Errorf("%+v after %+v", second[0], first[0])
	}
	w.Sound()
}

func TestReadFeedback(t *testing.T) {
	for s, want := range map[string]grievance.Feedback{
		"Yes, thank you": grievance.FeedbackYes, "हां, काम हो गया, धन्यवाद।": grievance.FeedbackYes, "haan ji theek hai": grievance.FeedbackYes, "koi dikkat nahi, dhanyavaad": grievance.FeedbackYes,
		"No, it is not fixed": grievance.FeedbackNo, "नहीं, काम नहीं हुआ": grievance.FeedbackNo, "haan lekin abhi tak nahi hua": grievance.FeedbackNo, "still nothing": grievance.FeedbackNo, "thanks for nothing": grievance.FeedbackNo,
		"kab?": grievance.FeedbackUnclear, "काम हो गया?": grievance.FeedbackUnclear, "सेक्टर 14": grievance.FeedbackUnclear, "": grievance.FeedbackUnclear,
	} {
		if got := desk.ReadFeedback(s); got != want {
			t.Errorf("ReadFeedback(%q) = %s, want %s", s, got, want)
		}
	}
}

// TestAYearOfCases lives two thousand cases through Due, two rounds at once: nobody is
// without an office, and nothing is escalated twice.
func TestAYearOfCases(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	const n = 2000
	r := rand.New(rand.NewPCG(1, 2))
	w.Clock = time.Date(2026, 1, 1, 9, 0, 0, 0, grievance.India)
	step := 365 * 24 * time.Hour / n
	due := func() {
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if _, err := w.Desk.Due(t.Context()); err != nil && !errors.Is(err, grievance.ErrConflict) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	for i := range n {
		w.Clock = w.Clock.Add(step)
		author := fmt.Sprintf("citizen%d", i)
		if i%20 != 0 { // most are opened in batches of time, some live their whole road
			w.Open(author)
		} else {
			id := w.Resolved(author)
			if r.IntN(2) == 0 {
				w.Must(w.Say(id, author, "nahi, abhi tak kuch nahi hua"))
			}
		}
		if i%25 == 0 {
			due()
		}
	}
	w.Clock = w.Clock.Add(30 * 24 * time.Hour)
	due()
	err := w.Desk.Store.View(t.Context(), func(tx *store.Tx) error {
		var all, without, twice, stuck int
		if err := tx.QueryRowContext(t.Context(), `SELECT COUNT(*), COUNT(*) FILTER (WHERE office_id = 0), COUNT(*) FILTER (WHERE next_at <= $1) FROM cases`, w.Clock.UnixMilli()).Scan(&all, &without, &stuck); err != nil {
			return err
		}
		if err := tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM (SELECT case_id, data FROM history WHERE event = 'escalated' GROUP BY case_id, data HAVING COUNT(*) > 2) AS more`).Scan(&twice); err != nil {
			return err
		}
		if all != n || without != 0 || stuck != 0 || twice != 0 {
			t.Errorf("%d cases, %d without an office, %d still due, %d escalated twice", all, without, stuck, twice)
		}
		return nil
	})
	w.Must(err)
	w.Sound()
}
