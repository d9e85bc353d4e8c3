package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

func (c *Console) channelRoutes() []web.Route {
	see := grievance.MaySeeChannels
	return []web.Route{
		{Method: "GET", Pattern: "/channels", Handler: c.channels, May: see},
		{Method: "POST", Pattern: "/channels/{account}/resume", Handler: c.resume, May: grievance.MayHold},
		{Method: "GET", Pattern: "/channels/unreadable", Handler: c.unreadable, May: see},
		{Method: "GET", Pattern: "/channels/replies", Handler: c.replies, May: grievance.MayRead},
	}
}

// channelsPage says how the official accounts do, with what needs a person on top.
type channelsPage struct {
	page
	Summary  string
	Needs    []need
	Accounts []accountView
	Out, In  []fact
	Money    *moneyCard
	Connect  bool
	MayHold  bool
	HoldForm holdForm
}

// need is something that stands still until somebody acts.
type need struct {
	Class, Icon, Head, Text string
	Lift, LiftName          string // a button that posts
	URL, Link               string // or a link, and what it is called
}

// accountView is an official account and how it does.
type accountView struct {
	Mark         mark
	Name, Office string
	URL          string
	State        sign
	CompleteTo   string
	RightsURL    string // who may speak from it
	Facts        []fact
	Budget, Cost string
	HasBudget    bool
	BudgetUsed   int
}

func (c *Console) channels(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.channelsPage(w, r, v, http.StatusOK, nil)
}

func (c *Console) channelsPage(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, invalid *grievance.InvalidError) error {
	ctx, by := r.Context(), v.Who.Actor
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	all, err := c.Desk.Channels(ctx, by)
	if err != nil {
		return err
	}
	p := channelsPage{page: base, MayHold: by.May(grievance.MayHold), Summary: v.T("console.channels_fine")}
	p.Hold = "" // it stands among the needs here
	if p.HoldForm, err = c.holdForm(r, v, invalid); err != nil {
		return err
	}
	if p.Needs, err = c.needHolds(r, v); err != nil {
		return err
	}
	n, spent, budget := 0, int64(0), int64(0)
	var away []accountView
	for _, ch := range all {
		a, h := ch.Account, ch.Health
		if !a.DisconnectedAt.IsZero() {
			away = append(away, c.account(v, a, h))
			continue
		}
		p.Accounts = append(p.Accounts, c.account(v, a, h))
		spent, budget = spent+h.CostMonthMicro, budget+a.BudgetMicro
		warnings := c.Accounts.Warnings(a, h)
		if len(warnings) > 0 {
			n++
		}
		for _, x := range warnings {
			p.Needs = append(p.Needs, c.warning(v, a, x))
		}
	}
	p.Accounts, p.Money, p.Connect = append(p.Accounts, away...), c.money(v, spent, budget), by.May(grievance.MayConnect)
	if n > 0 {
		p.Summary = v.T("console.channels_need", "Count", n)
	}
	if err := c.needLists(r, v, &p); err != nil {
		return err
	}
	// What stands still comes before what was stopped on purpose, or will stand still.
	slices.SortStableFunc(p.Needs, func(a, b need) int { return strings.Compare(b.Class, a.Class) })
	return c.Web.Render(w, status, "console/channels", p)
}

// needLists counts what lies in lists of its own.
func (c *Console) needLists(r *http.Request, v *web.Visit, p *channelsPage) error {
	ctx, by := r.Context(), v.Who.Actor
	unreadable, err := c.Desk.Unreadable(ctx, by)
	if err != nil {
		return err
	}
	if n := len(unreadable); n > 0 {
		p.Needs = append(p.Needs, need{Class: "half", Icon: "question-circle", Head: v.T("console.need_unreadable", "Count", n), Text: v.T("console.need_unreadable_text"), URL: "/channels/unreadable"})
	}
	p.In = append(p.In, fact{Name: v.T("console.kept_unreadable"), Value: v.Number(len(unreadable)), URL: "/channels/unreadable"})
	if by.May(grievance.MayRead) {
		stuck, err := c.Desk.StuckReplies(ctx, by)
		if err != nil {
			return err
		}
		if n := len(stuck); n > 0 {
			p.Needs = append(p.Needs, need{Class: "half", Icon: "x-octagon", Head: v.T("console.need_replies", "Count", n), Text: v.T("console.need_replies_text"), URL: "/channels/replies"})
		}
		p.Out = append(p.Out, fact{Name: v.T("console.waiting_send"), Value: v.Number(len(stuck)), URL: "/channels/replies"})
	}
	if by.May(grievance.MaySort) {
		queue, err := c.Desk.Queue(ctx, by, desk.QueueRequest{Limit: 1})
		if err != nil {
			return err
		}
		p.In = append(p.In, fact{Name: v.T("console.received_today"), Value: v.Number(queue.ReceivedToday)},
			fact{Name: v.T("console.waiting_sorting"), Value: v.Number(queue.Waiting), URL: "/sorting"})
	}
	return nil
}

// resume lets an account work again whose service refused us.
func (c *Console) resume(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := strconv.Atoi(r.PathValue("account"))
	if err != nil {
		return grievance.ErrNotFound
	}
	if err := c.Desk.Resume(r.Context(), v.Who.Actor, id); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.resume", "/channels")
	return nil
}

// unreadable lists bodies that could not be read: kept as they came.
func (c *Console) unreadable(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	all, err := c.Desk.Unreadable(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	p := tablePage{page: base, Title: v.T("console.unreadable"), Text: v.T("console.unreadable_text"), Empty: v.T("console.unreadable_none"), BackURL: "/channels", BackName: v.T("console.channels"),
		Heads: []string{v.T("console.col_when"), v.T("common.channel"), v.T("console.col_size"), v.T("console.col_problem")}}
	k := c.clocks(v)
	for _, d := range all {
		m := channelMark(v.Printer, d.Channel)
		p.Rows = append(p.Rows, tableRow{Cells: []cell{
			{Text: v.Moment(d.ReceivedAt), Class: "nowrap"}, {Mark: &m, Text: m.Name}, {Text: k.size(int64(len(d.Body)))}, {Text: d.Problem, Note: d.ID.String()},
		}})
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}
