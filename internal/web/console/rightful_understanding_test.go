package console

import (
	"fmt"
	"net/url"
	"os"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// model keeps a version that was not worse: the shipped one's file under a number.
func (w *world) model() int {
	w.t.Helper()
	file, err := os.ReadFile("../../sorting/shipped.model")
	if err != nil {
		w.t.Fatal(err)
	}
	version := 0
	w.tx(func(tx *store.Tx) error {
		running, err := tx.RunningModel(w.ctx())
		if err != nil {
			return err
		}
		version, err = tx.AddModel(w.ctx(), store.Model{MadeAt: time.Now(), Examples: 200, Held: 40, Against: running, Figures: `{"parts":[]}`}, file, 3)
		return err
	})
	return version
}

// decided lets the clerk keep as many posts as a decision needs to go alone.
func (w *world) decided() {
	w.t.Helper()
	var posts []grievance.ID
	for i := range 210 {
		posts = append(posts, w.post(w.x, fmt.Sprintf("Voter %d", i), "what a speech at the rally"))
	}
	w.tx(func(tx *store.Tx) error {
		for _, id := range posts {
			p, err := tx.Post(w.ctx(), id)
			if err != nil {
				return err
			}
			p.Verdict = grievance.Verdict{Kind: grievance.NotForUs, NotReason: "politics", KindConfidence: 0.97, Language: "en", Urgency: grievance.Ordinary, Model: w.Learning.Models.Version()}
			if err := tx.SaveSorting(w.ctx(), p, "", time.Now().Add(time.Hour)); err != nil {
				return err
			}
		}
		return nil
	})
	if err := w.Desk.Keep(w.ctx(), w.actor(grievance.Clerk), posts, grievance.NotForUs, "politics"); err != nil {
		w.t.Fatal(err)
	}
}

func rightfulUnderstanding() map[string]step {
	const state, admin, auditor = grievance.StateNodal, grievance.Administrator, grievance.Auditor
	version := func(then string, before func(w *world, version int)) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			n := w.model()
			if before != nil {
				before(w, n)
			}
			return "/understanding/versions/" + itoa(n) + then, nil
		}
	}
	ran := func(w *world, n int) {
		if err := w.Learning.TakeOver(w.ctx(), w.actor(admin), n); err != nil {
			w.t.Fatal(err)
		}
		if err := w.Learning.RollBack(w.ctx(), w.actor(admin), 0); err != nil {
			w.t.Fatal(err)
		}
	}
	return map[string]step{
		"GET /understanding":                                {role: auditor, ready: at("/understanding")},
		"GET /understanding/accuracy":                       {role: admin, ready: at("/understanding/accuracy?part=kind&months=12")},
		"GET /understanding/alone":                          {role: state, ready: at("/understanding/alone")},
		"POST /understanding/train":                         {role: admin, ready: at("/understanding/train")},
		"POST /understanding/rule":                          {role: state, ready: func(*world) (string, url.Values) { return "/understanding/rule", url.Values{"on": {"yes"}} }},
		"POST /understanding/versions/{version}/take-over":  {role: state, ready: version("/take-over", nil)},
		"POST /understanding/versions/{version}/bring-back": {role: admin, ready: version("/bring-back", ran)},
		"POST /understanding/alone/{decision}/off":          {role: state, ready: at("/understanding/alone/keep/off")},
		"POST /understanding/alone/{decision}/on": {role: state, ready: func(w *world) (string, url.Values) {
			w.decided()
			return "/understanding/alone/keep/on", url.Values{"stated": {"0.95"}}
		}},
		"GET /sorting/alone": {role: grievance.Clerk, ready: at("/sorting/alone?what=route")},
	}
}
