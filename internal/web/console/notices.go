package console

import (
	"net/http"
	"slices"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/notice"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// notices lists what the officer was told: what is unread first.
func (c *Console) notices(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	all, err := c.Desk.Notices(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/notices")
	if err != nil {
		return err
	}
	group := grievance.NoticeGroup(r.URL.Query().Get("group"))
	p := tablePage{page: base, Title: v.T("console.notices"), Empty: v.T("console.notices_none"), BackURL: home(v.Who.Actor), BackName: v.T("error.to_start"),
		Path: "/notices", Filters: []field{noticeGroups(v, group)}, Links: []link{{URL: "/settings", Name: v.T("notices.choose")}},
		Heads: []string{v.T("console.col_when"), v.T("console.notices"), v.T("notices.about"), v.T("notices.group"), ""}}
	if len(all) >= desk.NoticesShown {
		p.Text = v.T("notices.limit", "Count", desk.NoticesShown)
	}
	if slices.ContainsFunc(all, func(n store.Notice) bool { return n.ReadAt.IsZero() }) {
		p.Above = []button{{URL: "/notices/read", Name: v.T("console.notices_read")}}
	}
	for _, n := range all {
		if group == "" || notice.GroupOf(n) == group {
			p.Rows = append(p.Rows, c.noticeRow(v, n))
		}
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

func noticeGroups(v *web.Visit, now grievance.NoticeGroup) field {
	f := field{Kind: "choice", Name: "group", Label: v.T("notices.group")}
	for _, g := range grievance.NoticeGroups {
		f.Choices = append(f.Choices, web.Choice{Value: string(g), Text: v.T("settings.group_" + string(g)), Chosen: g == now})
	}
	return f
}

func (c *Console) noticeRow(v *web.Visit, n store.Notice) tableRow {
	what, more := cell{Text: v.T(n.Kind)}, cell{}
	if n.ReadAt.IsZero() {
		what.Sign = &sign{Class: "flag flag-desk", Icon: "inbox", Words: v.T("console.new")}
		more.Buttons = []button{{URL: "/notices/" + n.ID.String() + "/read", Name: v.T("notices.read")}}
	}
	about := cell{Text: n.Data, Class: "regno", URL: "/notices/" + n.ID.String()}
	switch {
	case n.PostID != 0:
		about.Text = v.T("sorting.this_post")
	case n.Data == "":
		about.Text = v.T("notices.open")
	case c.Office.OfficeByCode(n.Data) != 0: // an office is told of by its code
		about.Text, about.Class = c.officeName(v, c.Office.OfficeByCode(n.Data)), ""
	}
	return tableRow{Cells: []cell{{Text: v.Moment(n.At), Class: "nowrap"}, what, about, {Text: v.T("settings.group_" + string(notice.GroupOf(n))), Class: "muted"}, more}}
}

// openNotice leads to what a notice is about, from the list or from a mail. That it was
// opened is noted, as a read log would.
func (c *Console) openNotice(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	n, err := c.Desk.ReadNotice(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	web.Redirect(w, r, noticePage(v.Who.Actor, n))
	return nil
}

// noticePages are the pages that notices about neither case nor post lead to, by the
// beginning of their kind, for those who may see them.
var noticePages = []struct {
	kind, page string
	may        grievance.Permission
}{
	{"notice.template_", "/templates", grievance.MayRead},
	{"notice.cluster", "/clusters", grievance.MaySort},
	{"notice.copy_", "/citizens", grievance.MayAnswerCitizens},
	{"notice.daily_head", "/audit/heads", grievance.MayAudit},
	{"notice.audit_", "/audit/exports", grievance.MayAudit},
	{"notice.charge_", "/officers", grievance.MaySeeOffices},
	{"notice.leave", "/officers", grievance.MaySeeOffices},
	{"notice.substitute", "/officers", grievance.MaySeeOffices},
	{"notice.office_", "/offices", grievance.MaySeeOffices},
	{"notice.matrix_", "/offices", grievance.MaySeeOffices},
	{"notice.district_", "/offices", grievance.MaySeeOffices},
}

// noticePage is the page of what a notice is about.
func noticePage(by grievance.Actor, n store.Notice) string {
	switch {
	case n.CaseID != 0 && by.InField():
		return "/field/" + n.CaseID.String()
	case n.CaseID != 0:
		return "/cases/" + n.CaseID.String()
	case n.PostID != 0 && by.May(grievance.MaySort):
		return sortingURL(n.PostID)
	}
	for _, p := range noticePages {
		if strings.HasPrefix(n.Kind, p.kind) && by.May(p.may) {
			return p.page
		}
	}
	switch group := notice.GroupOf(n); {
	case group == grievance.OwnNotices:
		return "/settings/id"
	case group == grievance.AccountNotices && by.May(grievance.MaySeeChannels):
		return "/channels"
	}
	return "/notices"
}

// readNotice marks one notice as read.
func (c *Console) readNotice(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	if _, err := c.Desk.ReadNotice(r.Context(), v.Who.Actor, id); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.read_one", "/notices")
	return nil
}

// readNotices marks all notices as read.
func (c *Console) readNotices(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if err := c.Desk.ReadNotices(r.Context(), v.Who.Actor); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.read", "/notices")
	return nil
}
