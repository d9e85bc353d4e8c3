package console

import (
	"math"
	"net/http"
	"strconv"

	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/learning"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

func (c *Console) understandingRoutes() []web.Route {
	see, manage := grievance.MaySeeSorting, grievance.MayManageSorting
	return []web.Route{
		{Method: "GET", Pattern: "/understanding", Handler: c.understanding, May: see},
		{Method: "GET", Pattern: "/understanding/accuracy", Handler: c.accuracy, May: see},
		{Method: "GET", Pattern: "/understanding/alone", Handler: c.alone, May: see},
		{Method: "POST", Pattern: "/understanding/train", Handler: c.train, May: manage},
		{Method: "POST", Pattern: "/understanding/rule", Handler: c.setRule, May: manage},
		{Method: "POST", Pattern: "/understanding/versions/{version}/take-over", Handler: c.takeOver, May: manage},
		{Method: "POST", Pattern: "/understanding/versions/{version}/bring-back", Handler: c.bringBack, May: manage},
		{Method: "POST", Pattern: "/understanding/alone/{decision}/on", Handler: c.switchOn, May: manage},
		{Method: "POST", Pattern: "/understanding/alone/{decision}/off", Handler: c.switchOff, May: manage},
		{Method: "GET", Pattern: "/sorting/alone", Handler: c.decidedAlone, May: grievance.MaySort},
	}
}

// understandingPage says which model reads posts, how the others compare, and how the last
// training went.
type understandingPage struct {
	page
	Tabs     []tab
	Needs    []need
	Manage   bool
	Now      []fact
	Training string
	Busy     bool
	ByRule   bool
	Versions rowsView
	Compared []comparedView
}

// tab leads to another page about the same thing.
type tab struct {
	URL, Name string
	Current   bool
}

func (c *Console) tabs(v *web.Visit, at string) []tab {
	var all []tab
	for _, t := range [][2]string{{"/understanding", "understanding.models"}, {"/understanding/accuracy", "understanding.accuracy"}, {"/understanding/alone", "understanding.alone"}} {
		all = append(all, tab{URL: t[0], Name: v.T(t[1]), Current: t[0] == at})
	}
	return all
}

func (c *Console) understanding(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	o, err := c.Learning.Overview(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/understanding")
	if err != nil {
		return err
	}
	p := understandingPage{page: base, Tabs: c.tabs(v, "/understanding"), Manage: v.Who.Actor.May(grievance.MayManageSorting), ByRule: o.ByRule}
	for _, x := range o.Warnings {
		p.Needs = append(p.Needs, warningNeed(v, x))
	}
	p.Training, p.Busy = c.trainingWords(v, o)
	p.Now = []fact{{Name: v.T("understanding.reads_now"), Value: modelName(v.Printer, o.Running)}, {Name: v.T("understanding.fresh"), Value: v.Number(o.Fresh)}}
	for _, x := range o.Versions {
		if x.Runs {
			p.Now = append(p.Now, fact{Name: v.T("understanding.since"), Value: v.Moment(x.TakenAt)}, fact{Name: v.T("understanding.learnt_from"), Value: v.Number(x.Examples)})
		}
	}
	p.Versions = c.versionRows(v, o, p.Manage)
	for _, x := range o.Versions {
		p.Compared = append(p.Compared, c.compared(v, x))
	}
	return c.Web.Render(w, http.StatusOK, "console/understanding", p)
}

// modelName is how people call a version.
func modelName(v *i18n.Printer, version int) string {
	if version == 0 {
		return v.T("understanding.shipped")
	}
	return v.T("understanding.version", "Version", version)
}

func warningNeed(v *web.Visit, x learning.Warning) need {
	key := "understanding.warn_" + x.What
	args := []any{"Part", partName(v, x.Part), "Month", monthName(v, x.Month), "Now", percent(x.Now), "Was", percent(x.Was)}
	return need{Class: "half", Icon: "exclamation-triangle", Head: v.T(key, args...), Text: v.T(key+"_text", args...)}
}

func partName(v *web.Visit, p store.SortingPart) string {
	if p == "" {
		return ""
	}
	return v.T("understanding.part_" + string(p))
}

// percent is a share as officers read it: so many of 100.
func percent(share float64) int { return int(math.Round(100 * share)) }

// share writes how many of how many, and of a hundred where there are enough to say so.
func share(v *web.Visit, right, of int) string {
	if of < fewPosts {
		return v.T("understanding.of_few", "Right", right, "Posts", of)
	}
	return v.T("understanding.of", "Share", percent(float64(right)/float64(of)), "Right", right, "Posts", of)
}

// fewPosts is below how many posts no share is written: it would say nothing.
const fewPosts = 30

// trainingWords says how the last training went, and whether one is under way.
func (c *Console) trainingWords(v *web.Visit, o learning.Overview) (string, bool) {
	t := o.Last
	switch t.State {
	case "":
		return v.T("understanding.training_never"), false
	case store.TrainingWaiting, store.TrainingRunning:
		return v.T("understanding.training_"+string(t.State), "Time", v.Moment(t.AskedAt)), true
	case store.TrainingDone:
		return v.T("understanding.training_done", "Time", v.Moment(t.EndedAt), "Version", t.Version), false
	}
	return v.T("understanding.training_"+string(t.State), "Time", v.Moment(t.EndedAt)), false
}

// versionRows lists the versions, the shipped one last.
func (c *Console) versionRows(v *web.Visit, o learning.Overview, manage bool) rowsView {
	t := rowsView{Title: v.T("understanding.versions"), Heads: []string{v.T("understanding.col_version"), v.T("understanding.col_learnt"), v.T("understanding.col_compared"), v.T("understanding.part_kind"), v.T("understanding.part_department"), v.T("understanding.part_subject"), v.T("common.state"), ""}}
	for _, x := range o.Versions {
		row := []cell{
			{Text: modelName(v.Printer, x.Version), Class: "nowrap", Note: v.Moment(x.MadeAt)},
			{Text: v.Number(x.Examples)},
			{Text: v.T("understanding.on_posts", "Count", x.Held), Note: v.T("understanding.against", "Model", modelName(v.Printer, x.Against))},
		}
		for _, part := range x.Comparison.Parts[:min(3, len(x.Comparison.Parts))] {
			row = append(row, cell{Text: v.T("understanding.was_now", "Was", percent(part.Running.Accuracy.Value), "Now", percent(part.New.Accuracy.Value)), Class: "nowrap"})
		}
		state := cell{Text: v.T("understanding.not_worse")}
		switch {
		case x.Runs:
			state = cell{Sign: &sign{Class: "flag flag-ok", Icon: "check2", Words: v.T("understanding.runs")}}
		case !x.Kept:
			state.Text = v.T("understanding.dropped")
		case x.Worse:
			state = cell{Sign: &sign{Class: "flag flag-late", Icon: "exclamation-triangle", Words: v.T("understanding.worse")}}
		case !x.TakenAt.IsZero():
			state.Text = v.T("understanding.ran", "Time", v.Moment(x.TakenAt))
		case !x.MayTake:
			state.Text = v.T("understanding.outdated")
		}
		do := cell{}
		if manage && x.MayTake {
			do.Buttons = []button{{URL: versionURL(x.Version) + "/take-over", Name: v.T("understanding.take_over")}}
		}
		if manage && x.MayReturn {
			do.Buttons = []button{{URL: versionURL(x.Version) + "/bring-back", Name: v.T("understanding.bring_back")}}
		}
		t.Rows = append(t.Rows, tableRow{Cells: append(row, state, do)})
	}
	shipped := []cell{{Text: modelName(v.Printer, 0)}, {Text: "–"}, {Text: "–"}, {Text: "–"}, {Text: "–"}, {Text: "–"}, {}, {}}
	if o.Running == 0 {
		shipped[6].Sign = &sign{Class: "flag flag-ok", Icon: "check2", Words: v.T("understanding.runs")}
	} else if manage {
		shipped[7].Buttons = []button{{URL: versionURL(0) + "/bring-back", Name: v.T("understanding.bring_back")}}
	}
	t.Rows = append(t.Rows, tableRow{Cells: shipped})
	return t
}

func versionURL(version int) string { return "/understanding/versions/" + strconv.Itoa(version) }

// comparedView shows how one version compared with the one that ran.
type comparedView struct {
	Name  string
	Text  string
	Parts rowsView
	Rows  rowsView // of the subjects whose figures changed
}

// changedShown is how many subjects of a comparison are shown.
const changedShown = 15

func (c *Console) compared(v *web.Visit, x learning.Version) comparedView {
	name := modelName(v.Printer, x.Version)
	out := comparedView{
		Name: v.T("understanding.compared", "Model", name, "Against", modelName(v.Printer, x.Against)), Text: v.T("understanding.compared_text", "Count", x.Held, "Late", x.Comparison.Late),
		Parts: rowsView{Title: name, Heads: []string{v.T("understanding.col_part"), v.T("understanding.col_posts"), v.T("understanding.col_right_was"), v.T("understanding.col_right_now"), v.T("understanding.col_gained"), v.T("understanding.col_lost"), v.T("understanding.col_error"), v.T("understanding.col_coverage")}},
		Rows:  rowsView{Title: v.T("understanding.changed"), Heads: []string{v.T("common.subject"), v.T("understanding.col_posts"), v.T("understanding.col_right_was"), v.T("understanding.col_right_now")}},
	}
	for _, p := range x.Comparison.Parts {
		out.Parts.Rows = append(out.Parts.Rows, tableRow{Cells: []cell{
			{Text: v.T("understanding.part_" + p.Part)}, {Text: v.Number(p.Posts)},
			{Text: figureWords(v, p.Running)}, {Text: figureWords(v, p.New), Bar: percent(p.New.Accuracy.Value)},
			{Text: v.Number(p.Gained)}, {Text: v.Number(p.Lost)}, {Text: v.T("understanding.of_hundred", "Share", percent(p.New.ECE))}, {Text: v.T("understanding.of_hundred", "Share", percent(p.New.Coverage))},
		}})
		if p.Part != "subject" {
			continue
		}
		for _, s := range p.Classes {
			if s.New != s.Running && len(out.Rows.Rows) < changedShown {
				out.Rows.Rows = append(out.Rows.Rows, tableRow{Cells: []cell{{Text: c.className(v, store.SubjectPart, s.Name)}, {Text: v.Number(s.Posts)}, {Text: v.Number(s.Running)}, {Text: v.Number(s.New), Bar: percent(float64(s.New) / float64(max(s.Posts, 1)))}}})
			}
		}
	}
	return out
}

// figureWords writes a share with its interval.
func figureWords(v *web.Visit, m learning.Measures) string {
	return v.T("understanding.between", "Share", percent(m.Accuracy.Value), "Low", percent(m.Accuracy.Low), "High", percent(m.Accuracy.High))
}

func (c *Console) train(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if err := c.Learning.Ask(r.Context(), v.Who.Actor); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.training_asked", "/understanding")
	return nil
}

func (c *Console) setRule(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if err := c.Learning.SetRule(r.Context(), v.Who.Actor, r.PostFormValue("on") == "yes"); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.learning_saved", "/understanding")
	return nil
}

func (c *Console) takeOver(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	version, err := pathVersion(r)
	if err != nil {
		return err
	}
	if err := c.Learning.TakeOver(r.Context(), v.Who.Actor, version); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.model_took_over", "/understanding")
	return nil
}

func (c *Console) bringBack(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	version, err := pathVersion(r)
	if err != nil {
		return err
	}
	if err := c.Learning.RollBack(r.Context(), v.Who.Actor, version); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.model_back", "/understanding")
	return nil
}

func pathVersion(r *http.Request) (int, error) {
	n, err := strconv.Atoi(r.PathValue("version"))
	if err != nil || n < 0 {
		return 0, grievance.ErrNotFound
	}
	return n, nil
}
