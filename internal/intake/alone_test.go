package intake_test

import (
	"strings"
	"testing"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/intake"
	"nivaran/internal/store"
)

// ruled reads every post as the verdict, and has both decisions switched on from a confidence.
type ruled struct {
	verdict grievance.Verdict
	from    float64
}

func (r ruled) Sort(*grievance.StoredPost, []grievance.OfficialAccount, []int) grievance.Verdict {
	return r.verdict
}

func (r ruled) Alone(d grievance.AloneDecision) (grievance.AloneRule, bool) {
	return grievance.AloneRule{Decision: d, Threshold: r.from}, r.from > 0
}

func sureWater(w *desktest.World) grievance.Verdict {
	return grievance.Verdict{Kind: grievance.Grievance, KindConfidence: 0.99, Language: "en", Urgency: grievance.Urgent, Model: 3, District: w.Desk.Office.DistrictByName("Hisar"), DistrictConfidence: 0.99,
		Candidates: []grievance.Candidate{{Subject: "no_water", Department: "public_health", Confidence: 0.99}}}
}

func surePolitics() grievance.Verdict {
	return grievance.Verdict{Kind: grievance.NotForUs, NotReason: "politics", KindConfidence: 0.99, Language: "en", Urgency: grievance.Ordinary, Model: 3}
}

// asked finds a post id that is, or is not, one of the sample.
func asked(yes bool) grievance.ID {
	for id := grievance.ID(1000); ; id++ {
		if grievance.AskedAnyway(id) == yes {
			return id
		}
	}
}

func TestWhatIsNeverDecidedAlone(t *testing.T) {
	w := desktest.New(t)
	for _, tt := range []struct {
		name    string
		of      grievance.Verdict
		change  func(p *grievance.StoredPost)
		from    float64
		want    intake.Act
		sampled bool
	}{
		{name: "a sure grievance", of: sureWater(w), from: 0.9, want: intake.ActOpen},
		{name: "surely not for us", of: surePolitics(), from: 0.9, want: intake.ActKeep},
		{name: "one of the sample", of: sureWater(w), from: 0.9, want: intake.ActAsk, sampled: true},
		{name: "switched off", of: sureWater(w), want: intake.ActAsk},
		{name: "less sure", of: sureWater(w), from: 0.98, want: intake.ActAsk},
		{name: "danger", of: sureWater(w), from: 0.9, want: intake.ActAsk, change: func(p *grievance.StoredPost) { p.Verdict.Urgency = grievance.Danger }},
		{name: "danger, said to be for nobody", of: surePolitics(), from: 0.9, want: intake.ActAsk, change: func(p *grievance.StoredPost) { p.Verdict.Urgency = grievance.Danger }},
		{name: "sensitive", of: sureWater(w), from: 0.9, want: intake.ActAsk, change: func(p *grievance.StoredPost) { p.Verdict.Sensitive = true }},
		{name: "against an officer", of: surePolitics(), from: 0.9, want: intake.ActAsk, change: func(p *grievance.StoredPost) { p.Verdict.AgainstOfficer = true }},
		{name: "another department is near", of: sureWater(w), from: 0.5, want: intake.ActAsk, change: func(p *grievance.StoredPost) {
			p.Verdict.Candidates = []grievance.Candidate{{Subject: "no_water", Department: "public_health", Confidence: 0.6}, {Subject: "power_cut", Department: "power", Confidence: 0.35}}
		}},
		{name: "the place is a guess", of: sureWater(w), from: 0.5, want: intake.ActAsk, change: func(p *grievance.StoredPost) { p.Verdict.DistrictConfidence = 0.7 }},
		{name: "no place", of: sureWater(w), from: 0.5, want: intake.ActAsk, change: func(p *grievance.StoredPost) { p.Verdict.District = 0 }},
		{name: "a letter that failed its check", of: sureWater(w), from: 0.9, want: intake.ActAsk, change: func(p *grievance.StoredPost) { p.Mail = &grievance.MailFacts{DMARCFail: true} }},
		{name: "a query", of: sureWater(w), from: 0.5, want: intake.ActAsk, change: func(p *grievance.StoredPost) { p.Verdict.Kind = grievance.Query }},
		{name: "another government's", of: surePolitics(), from: 0.5, want: intake.ActAsk, change: func(p *grievance.StoredPost) { p.Verdict.NotReason = "other_government" }},
		{name: "from an archive", of: sureWater(w), from: 0.9, want: intake.ActAsk, change: func(p *grievance.StoredPost) { p.Imported = true }},
		{name: "perhaps another case's", of: sureWater(w), from: 0.9, want: intake.ActAsk, change: func(p *grievance.StoredPost) { p.Verdict.FollowUp = 7 }},
	} {
		p := &grievance.StoredPost{Post: grievance.Post{ID: asked(tt.sampled)}, Verdict: tt.of}
		if tt.change != nil {
			tt.change(p)
		}
		d := intake.DecideRead(p, ruled{from: tt.from}.Alone)
		if d.Act != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, d.Act, tt.want)
		}
		if tt.sampled != (d.Act == intake.ActAsk && d.Alone != "") {
			t.Errorf("%s: the decision is %+v", tt.name, d)
		}
	}
}

// arriveUnsampled lets a post arrive that is none of the sample: those that are, are taken
// away as if they had never come.
func arriveUnsampled(w *desktest.World, s intake.Sorter, author, text string) *grievance.StoredPost {
	w.T.Helper()
	for {
		p := arriveWith(w, s, author, "", text)
		if !grievance.AskedAnyway(p.ID) {
			return p
		}
		w.Must(w.Desk.Store.Tx(w.T.Context(), func(tx *store.Tx) error {
			p.Sorted = grievance.SortOwn
			if err := tx.SaveSorting(w.T.Context(), p, "", w.Clock); err != nil {
				return err
			}
			_, err := tx.ExecContext(w.T.Context(), `DELETE FROM alone_acts WHERE post_id = $1`, p.ID)
			return err
		}))
	}
}

func TestAPostIsOpenedByItself(t *testing.T) {
	w := desktest.New(t)
	p := arriveUnsampled(w, ruled{sureWater(w), 0.9}, "asha", "no drinking water in ward 9 of Hisar for four days now")
	if p.CaseID == 0 || p.Sorted != grievance.SortCase {
		t.Fatalf("the post is %s", p.Sorted)
	}
	c := w.Case(p.CaseID)
	if c.State != grievance.Assigned || c.OfficeID != w.Desk.Office.OfficeByCode("public_health-hisar") {
		t.Errorf("the case is %s, at office %d", c.State, c.OfficeID)
	}
	v, err := w.Desk.Case(t.Context(), w.State, p.CaseID)
	w.Must(err)
	if first := v.History[0]; first.Actor != grievance.SystemActor || first.Event != grievance.Opened || !strings.Contains(first.Data, `"model":3`) || !strings.Contains(first.Data, `"sure":97`) {
		t.Errorf("the history begins with %+v", first)
	}
	if n := examplesOf(w, p.ID); len(n) != 0 {
		t.Errorf("what the program decided taught it: %+v", n)
	}
	// It was wrong: a person's correction says so.
	w.Must(w.Desk.Correct(t.Context(), w.Magistrate, p.CaseID, desk.CorrectRequest{SubjectID: w.Desk.Office.SubjectByCode("power_cut")}))
	if tally := tallyOf(w, grievance.AloneRoute); tally.Alone != 1 || tally.Undone != 1 || tally.Asked != 0 {
		t.Errorf("tally: %+v", tally)
	}
	w.Sound()
}

func TestAPostIsKeptByItselfAndNeverHidden(t *testing.T) {
	w := desktest.New(t)
	ctx := t.Context()
	p := arriveUnsampled(w, ruled{surePolitics(), 0.9}, "ravi", "what a speech that was at the rally yesterday, well said")
	if p.Sorted != grievance.SortKept || p.Verdict.NotReason != "politics" {
		t.Fatalf("the post is %s", p.Sorted)
	}
	list, more, err := w.Desk.DecidedAlone(ctx, w.Clerk, grievance.AloneKeep, 0)
	w.Must(err)
	if len(list) != 1 || list[0].PostID != p.ID || list[0].Post.Text == "" || more {
		t.Errorf("the list of what was kept by itself: %+v", list)
	}
	w.Must(w.Desk.Undo(ctx, w.Clerk, p.ID)) // one key brings it back
	queue, err := w.Desk.Queue(ctx, w.Clerk, desk.QueueRequest{})
	w.Must(err)
	if len(queue.Posts) != 1 || queue.Posts[0].ID != p.ID {
		t.Errorf("the desk has %d posts", len(queue.Posts))
	}
	if tally := tallyOf(w, grievance.AloneKeep); tally.Undone != 1 {
		t.Errorf("tally: %+v", tally)
	}
	if _, _, err := w.Desk.DecidedAlone(ctx, w.Magistrate, grievance.AloneKeep, 0); err == nil {
		t.Error("a district reads the list of the sorting desk")
	}
}

func TestASampleIsAskedAboutAnyway(t *testing.T) {
	w := desktest.New(t)
	s := ruled{surePolitics(), 0.9}
	var p *grievance.StoredPost
	for p == nil || !grievance.AskedAnyway(p.ID) {
		p = arriveWith(w, s, "ravi", "", "what a speech that was")
	}
	if p.Sorted != grievance.SortAsk {
		t.Fatalf("the post is %s", p.Sorted)
	}
	w.Must(w.Desk.Keep(t.Context(), w.Clerk, []grievance.ID{p.ID}, grievance.NotForUs, "news")) // another reason is no mistake
	if tally := tallyOf(w, grievance.AloneKeep); tally.Asked != 1 || tally.Refuted != 0 {
		t.Errorf("tally: %+v", tally)
	}
}

func tallyOf(w *desktest.World, d grievance.AloneDecision) (tally store.AloneTally) {
	w.T.Helper()
	w.Must(w.Desk.Store.View(w.T.Context(), func(tx *store.Tx) (err error) {
		tally, err = tx.AloneTally(w.T.Context(), d, w.Clock.AddDate(0, 0, -1))
		return err
	}))
	return tally
}

func examplesOf(w *desktest.World, post grievance.ID) (all []store.Example) {
	w.T.Helper()
	w.Must(w.Desk.Store.View(w.T.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.ExamplesOfPosts(w.T.Context(), []grievance.ID{post})
		return err
	}))
	return all
}
