package console

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"

	"nivaran/internal/grievance"
	"nivaran/internal/learning"
	"nivaran/internal/web"
)

// alonePage says what could be decided without asking, how often wrongly, and lets it be
// switched on.
type alonePage struct {
	page
	Tabs      []tab
	Manage    bool
	MaySort   bool
	Error     string
	Decisions []aloneView
}

// aloneView is one decision.
type aloneView struct {
	Code, Name, Text string
	On               bool
	State            sign
	Facts            []fact
	Trials           []trialView
	ListURL          string
}

// trialView is what a decision would have done at a precision.
type trialView struct {
	Value, Name, Text string
	Bar               int
	May               bool
}

func (c *Console) alone(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.alonePage(w, r, v, nil)
}

func (c *Console) alonePage(w http.ResponseWriter, r *http.Request, v *web.Visit, invalid *grievance.InvalidError) error {
	all, err := c.Learning.AloneViews(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/understanding")
	if err != nil {
		return err
	}
	by := v.Who.Actor
	p := alonePage{page: base, Tabs: c.tabs(v, "/understanding/alone"), Manage: by.May(grievance.MayManageSorting), MaySort: by.May(grievance.MaySort)}
	status := http.StatusOK
	if invalid != nil {
		status, p.Error = http.StatusUnprocessableEntity, v.T(invalid.Key, "Least", learning.LeastTried)
	}
	for _, x := range all {
		p.Decisions = append(p.Decisions, aloneDecision(v, x))
	}
	return c.Web.Render(w, status, "console/alone", p)
}

func aloneDecision(v *web.Visit, x learning.AloneView) aloneView {
	code := string(x.Decision)
	out := aloneView{Code: code, Name: v.T("alone." + code), Text: v.T("alone." + code + "_text"), On: x.Rule.Active, ListURL: "/sorting/alone?what=" + code,
		State: sign{Class: "flag", Icon: "pause-circle", Words: v.T("alone.off")}}
	if x.Rule.Active {
		out.State = sign{Class: "flag flag-ok", Icon: "check2", Words: v.T("alone.on")}
		out.Facts = []fact{
			{Name: v.T("alone.stated"), Value: v.T("understanding.of_hundred", "Share", percent(x.Rule.Stated))},
			{Name: v.T("alone.since"), Value: v.Moment(x.Rule.SetAt)},
			{Name: v.T("alone.from"), Value: v.T("understanding.of_hundred", "Share", percent(x.Rule.Threshold))},
			{Name: v.T("alone.went"), Value: v.Number(x.Tally.Alone)},
			{Name: v.T("alone.undone"), Value: v.Number(x.Tally.Undone)},
			{Name: v.T("alone.asked"), Value: v.T("understanding.none")},
		}
		if x.Tally.Asked > 0 {
			out.Facts[5].Value = share(v, x.Tally.Asked-x.Tally.Refuted, x.Tally.Asked)
		}
	} else if x.Rule.EndedWhy != "" {
		out.Facts = []fact{{Name: v.T("alone.ended"), Value: v.Moment(x.Rule.EndedAt) + " · " + v.T("alone.ended_"+x.Rule.EndedWhy)}}
	}
	for _, t := range x.Trials {
		out.Trials = append(out.Trials, trialWords(v, t))
	}
	return out
}

// trialWords says what would have gone alone, and how often wrongly.
func trialWords(v *web.Visit, t learning.Trial) trialView {
	out := trialView{Value: strconv.FormatFloat(t.Stated, 'f', -1, 64), Name: v.T("alone.right_of", "Share", percent(t.Stated)), May: t.Refused == ""}
	switch t.Refused {
	case "few":
		out.Text = v.T("alone.few", "Posts", t.Tried, "Least", learning.LeastTried)
	case "never":
		out.Text = v.T("alone.never", "Posts", t.Tried)
	default:
		out.Text = v.T("alone.would", "Share", percent(t.Share()), "Posts", t.Tried, "Alone", t.Alone, "Wrong", t.Wrong, "Low", percent(t.Low), "High", percent(t.High))
		out.Bar = percent(t.Share())
	}
	if t.HeldBack {
		out.Text += " " + v.T("alone.held_back")
	}
	return out
}

func (c *Console) switchOn(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	stated, err := strconv.ParseFloat(r.PostFormValue("stated"), 64)
	if err != nil {
		stated = 0 // no choice: the page says so
	}
	err = c.Learning.SwitchOn(r.Context(), v.Who.Actor, grievance.AloneDecision(r.PathValue("decision")), stated)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.alonePage(w, r, v, invalid)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.alone_on", "/understanding/alone")
	return nil
}

func (c *Console) switchOff(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if err := c.Learning.SwitchOff(r.Context(), v.Who.Actor, grievance.AloneDecision(r.PathValue("decision"))); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.alone_off", "/understanding/alone")
	return nil
}

// decidedAlone lists what the program decided by itself: nothing is hidden, and one key
// brings a kept post back.
func (c *Console) decidedAlone(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	q := r.URL.Query()
	what := grievance.AloneDecision(cmp.Or(q.Get("what"), string(grievance.AloneKeep)))
	var before grievance.ID
	if text := q.Get("before"); text != "" {
		id, err := grievance.ParseID(text)
		if err != nil {
			return err
		}
		before = id
	}
	all, more, err := c.Desk.DecidedAlone(r.Context(), v.Who.Actor, what, before)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/sorting")
	if err != nil {
		return err
	}
	p := tablePage{page: base, Title: v.T("alone.list"), Text: v.T("alone.list_text"), Empty: v.T("alone.list_none"), BackURL: "/sorting/kept", BackName: v.T("sorting.kept"),
		Heads: []string{v.T("console.col_when"), v.T("console.col_matter"), v.T("alone.col_decided"), ""}}
	for _, d := range grievance.AloneDecisions {
		if d != what {
			p.Links = append(p.Links, link{Name: v.T("alone.list_" + string(d)), URL: "/sorting/alone?what=" + string(d)})
		}
	}
	k := c.clocks(v)
	for _, x := range all {
		before = x.PostID
		if x.Post == nil {
			continue
		}
		m := channelMark(v.Printer, x.Post.Channel)
		decided := cell{Text: v.T("alone.decided", "Model", modelName(v.Printer, x.Model), "Share", percent(x.Sure))}
		if x.Wrong {
			decided.Note = v.T("alone.taken_back")
		}
		do := cell{}
		switch {
		case x.Post.CaseID != 0:
			do.Links = []link{{Name: v.T("alone.to_case"), URL: postCaseURL(x.Post)}}
		case x.Post.Sorted == grievance.SortKept:
			decided.Text = v.T("keep."+cmp.Or(x.Post.Verdict.NotReason, string(x.Post.Verdict.Kind))) + " · " + decided.Text
			do.Buttons = []button{{URL: sortingURL(x.PostID) + "/undo", Name: v.T("sorting.bring_back")}}
		}
		p.Rows = append(p.Rows, tableRow{Cells: []cell{{Text: v.Moment(x.At), Class: "nowrap"}, {Mark: &m, Text: grievance.Excerpt(x.Post.Text, 140), Class: "said", Note: authorName(k, x.Post.Author)}, decided, do}})
	}
	if more {
		p.MoreURL = "/sorting/alone?what=" + string(what) + "&before=" + before.String()
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}
