package console

import (
	"net/http"
	"strconv"

	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// before reads after which row a list goes on.
func before(r *http.Request) (grievance.ID, error) {
	from := r.URL.Query().Get("before")
	if from == "" {
		return 0, nil
	}
	return grievance.ParseID(from)
}

// accountList begins a list of one account.
func (c *Console) accountList(r *http.Request, v *web.Visit, title, empty string) (tablePage, int, grievance.ID, error) {
	id, err := accountOf(r)
	if err != nil {
		return tablePage{}, 0, 0, err
	}
	from, err := before(r)
	if err != nil {
		return tablePage{}, 0, 0, err
	}
	a, err := c.Desk.AccountRights(r.Context(), v.Who.Actor, id)
	if err != nil {
		return tablePage{}, 0, 0, err
	}
	base, err := c.page(r, v, "/channels")
	url := "/channels/" + strconv.Itoa(id)
	return tablePage{page: base, Title: a.Account.Name + ": " + v.T(title), Text: v.T("publish.account_lists"), Empty: v.T(empty), BackURL: url + "/rights", BackName: v.T("publish.rights")}, id, from, err
}

// accountReplies lists what went out, or waits, at one account.
func (c *Console) accountReplies(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	p, id, from, err := c.accountList(r, v, "publish.account_replies", "publish.account_replies_none")
	if err != nil {
		return err
	}
	all, next, err := c.Desk.RepliesFrom(r.Context(), v.Who.Actor, id, from)
	if err != nil {
		return err
	}
	p.Heads = []string{v.T("console.col_when"), v.T("console.col_case"), v.T("publish.words"), v.T("common.state")}
	for _, s := range all {
		icon, _, words := replyState(v.Printer, s.Reply.State)
		p.Rows = append(p.Rows, tableRow{Cells: []cell{
			{Text: v.Moment(s.Reply.CreatedAt), Class: "nowrap"}, {Text: s.Number, URL: "/cases/" + s.Reply.CaseID.String(), Class: "regno", Note: v.T("reply_kind." + string(s.Reply.Kind))},
			{Text: grievance.Excerpt(s.Reply.Text, 120)}, {Sign: &sign{Class: "flag", Icon: icon, Words: words}},
		}})
	}
	p.MoreURL = more(id, "replies", next)
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

func more(account int, list string, next grievance.ID) string {
	if next == 0 {
		return ""
	}
	return "/channels/" + strconv.Itoa(account) + "/" + list + "?before=" + next.String()
}

// accountPosts lists the cases of those who wrote to one account.
func (c *Console) accountPosts(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	p, id, from, err := c.accountList(r, v, "publish.account_posts", "publish.account_posts_none")
	if err != nil {
		return err
	}
	all, next, err := c.Desk.HeardAt(r.Context(), v.Who.Actor, id, from)
	if err != nil {
		return err
	}
	p.Heads = []string{v.T("console.col_when"), v.T("console.col_case"), v.T("common.subject")}
	for _, h := range all {
		p.Rows = append(p.Rows, tableRow{Cells: []cell{{Text: v.Moment(h.At), Class: "nowrap"}, {Text: h.Number, URL: "/cases/" + h.CaseID.String(), Class: "regno"}, {Text: h.Title}}})
	}
	p.MoreURL = more(id, "posts", next)
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}
