package console

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/text"
	"nivaran/internal/web"
)

// approvalRoutes are what becomes of words before they go out: a second person's list,
// and the acts on one reply.
func (c *Console) approvalRoutes() []web.Route {
	const reply = "/cases/{id}/replies/{reply}"
	return []web.Route{
		{Method: "GET", Pattern: "/approvals", Handler: c.approvals, May: grievance.MayApproveReply},
		{Method: "POST", Pattern: reply + "/approve", Handler: c.approveReply, May: grievance.MayApproveReply},
		{Method: "POST", Pattern: reply + "/send-back", Handler: c.returnReply, May: grievance.MayApproveReply},
		{Method: "GET", Pattern: reply + "/edit", Handler: c.editReply, May: grievance.MayRead},
		{Method: "POST", Pattern: reply + "/edit", Handler: c.saveReply, May: grievance.MayRead},
		{Method: "POST", Pattern: reply + "/drop", Handler: c.dropReply, May: grievance.MayRead},
		{Method: "POST", Pattern: reply + "/send-again", Handler: c.sendAgain, May: grievance.MayReply},
	}
}

// approvalsPage lists the replies that wait for the reader's approval.
type approvalsPage struct {
	page
	Rows  []pendingView
	Links []link
}

// pendingView is a reply as it will be published, with what an approver must know of it.
type pendingView struct {
	Mark           mark
	Number, URL    string
	Head           string // what it is, and of which version
	Facts          []fact
	Title          string
	Text, TextLang string
	Acts           *replyActs
}

func (c *Console) approvals(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	all, err := c.Desk.Awaiting(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/approvals")
	if err != nil {
		return err
	}
	p := approvalsPage{page: base, Links: []link{{Name: v.T("console.replies"), URL: "/channels/replies"}}}
	for _, x := range all {
		p.Rows = append(p.Rows, c.pending(v, x))
	}
	return c.Web.Render(w, http.StatusOK, "console/approvals", p)
}

func (c *Console) pending(v *web.Visit, x desk.Pending) pendingView {
	k := c.clocks(v)
	r := &x.Reply
	out := pendingView{
		Mark: channelMark(v.Printer, x.Account.Channel), Number: x.Number, URL: "/cases/" + r.CaseID.String(),
		Head: v.T("reply_kind." + string(r.Kind)), Title: r.Title, Text: r.Text, TextLang: textLang(x.To.Language),
		Facts: []fact{
			{Name: v.T("publish.from"), Value: v.T("reply_way."+string(r.Way)) + " · " + cmp.Or(x.Account.Handle, x.Account.Name)},
			{Name: v.T("publish.to"), Value: complainantName(k, x.Case, x.To)},
			{Name: v.T("publish.by"), Value: cmp.Or(x.Author.Name(v.Lang()), v.T("publish.the_program"))},
			{Name: v.T("publish.since"), Value: v.Moment(r.CreatedAt)},
			{Name: v.T("publish.length"), Value: lengthWords(v, r.Text, x.Account)},
		},
	}
	can := desk.ReplyActs{Approve: true, Edit: r.Kind == grievance.Interim || r.Kind == grievance.Question}
	out.Acts = k.replyActs(r, can, "/approvals")
	return out
}

// lengthWords counts a text as its channel does.
func lengthWords(v *web.Visit, s string, a grievance.OfficialAccount) string {
	switch a.Channel {
	case grievance.X:
		return v.T("publish.length_of", "N", text.XLength(s), "Limit", cmp.Or(a.MaxLength, text.XLimit))
	case grievance.Facebook:
		return v.T("publish.length_of", "N", len([]rune(s)), "Limit", facebookLimit)
	}
	return v.T("publish.letters", "N", len([]rune(s)))
}

func (c *Console) approveReply(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.onReply(w, r, v, "done.approve_reply", func(by grievance.Actor, id, reply grievance.ID, version int) error {
		return c.Desk.ApproveReply(r.Context(), by, id, reply, version)
	})
}

func (c *Console) returnReply(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.onReply(w, r, v, "done.send-back", func(by grievance.Actor, id, reply grievance.ID, version int) error {
		return c.Desk.ReturnReply(r.Context(), by, id, reply, version, r.PostFormValue("reason"))
	})
}

func (c *Console) dropReply(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.onReply(w, r, v, "done.refuse_reply", func(by grievance.Actor, id, reply grievance.ID, version int) error {
		return c.Desk.DropReply(r.Context(), by, id, reply, version)
	})
}

// sendAgain lets a reply go once more after an officer has looked at the service.
func (c *Console) sendAgain(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, reply, err := replyIDs(r)
	if err != nil {
		return err
	}
	if err := c.Desk.SendAgain(r.Context(), v.Who.Actor, id, reply, grievance.ReplyState(r.PostFormValue("state"))); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.send_again", c.after(r, v, id))
	return nil
}

func replyIDs(r *http.Request) (id, reply grievance.ID, err error) {
	if id, err = web.PathID(r, "id"); err != nil {
		return 0, 0, err
	}
	reply, err = web.PathID(r, "reply")
	return id, reply, err
}

// onReply does an act on the version of a reply that the officer has read.
func (c *Console) onReply(w http.ResponseWriter, r *http.Request, v *web.Visit, done string, do func(by grievance.Actor, id, reply grievance.ID, version int) error) error {
	id, reply, err := replyIDs(r)
	if err != nil {
		return err
	}
	n, err := version(r)
	if err != nil {
		return err
	}
	if err := do(v.Who.Actor, id, reply, n); err != nil {
		return err
	}
	c.Web.Done(w, r, done, c.after(r, v, id))
	return nil
}

func (c *Console) editReply(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.replyForm(w, r, v, http.StatusOK, nil)
}

func (c *Console) saveReply(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	err := c.onReply(w, r, v, "done.edit_reply", func(by grievance.Actor, id, reply grievance.ID, version int) error {
		return c.Desk.EditReply(r.Context(), by, id, reply, version, r.PostFormValue("text"))
	})
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.replyForm(w, r, v, http.StatusUnprocessableEntity, invalid)
	}
	return err
}

// replyForm shows the words of a reply to be written anew, as they will be published.
func (c *Console) replyForm(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, invalid *grievance.InvalidError) error {
	id, reply, err := replyIDs(r)
	if err != nil {
		return err
	}
	cv, err := c.Desk.Case(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	acts, err := c.Desk.ReplyActs(r.Context(), v.Who.Actor, cv)
	if err != nil {
		return err
	}
	var words *grievance.Reply
	for _, x := range cv.Replies {
		if x.ID == reply {
			words = x
		}
	}
	switch {
	case words == nil:
		return grievance.ErrNotFound
	case !acts[reply].Edit:
		return grievance.ErrForbidden
	}
	base, err := c.page(r, v, "/approvals")
	if err != nil {
		return err
	}
	f := &forms{console: c, r: r, v: v, view: cv}
	area := f.line("text", "text", "publish.words", words.Text)
	p := actPage{
		page: base, Title: v.T("publish.edit"), Explain: v.T("publish.edit_text"), Send: v.T("publish.edit_save"), Number: cv.Case.Number, CaseTitle: cv.Case.Title,
		CaseURL: c.after(r, v, id), BackURL: c.after(r, v, id), Back: r.FormValue("back"), Action: "/cases/" + id.String() + "/replies/" + reply.String() + "/edit",
	}
	for _, a := range cv.Accounts {
		if a.ID == words.AccountID {
			area.Hint = cmp.Or(a.Handle, a.Name) + " · " + lengthWords(v, area.Value, a)
		}
	}
	if invalid != nil {
		area.Error = v.T(invalid.Key, invalid.Args)
		p.Errors = []fieldError{{invalid.Field, area.Error}}
	}
	p.Fields = []field{area, {Kind: "hidden", Name: "version", Value: strconv.Itoa(words.Version)}}
	return c.Web.Render(w, status, "console/act", p)
}
