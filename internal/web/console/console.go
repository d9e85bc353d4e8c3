package console

import (
	"log/slog"
	"net/http"
	"time"

	"nivaran/internal/assist"
	"nivaran/internal/auth"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/learning"
	"nivaran/internal/office"
	"nivaran/internal/web"
)

// Console serves the officers' pages.
type Console struct {
	Web    *web.Server
	Auth   *auth.Auth
	Desk   *desk.Desk
	Office *office.Directory
	Org    *office.Organisation
	Roles  *office.Roles
	// Learning trains the models that read posts.
	Learning *learning.Learning
	// Accounts connects official accounts and watches over them.
	Accounts *office.Accounts
	Helper   *assist.Helper // nil: none is set up
	Mail     bool           // officers get notices by mail too
	Now      func() time.Time
	Log      *slog.Logger
}

// Routes is the map of the officers' pages.
func (c *Console) Routes() []web.Route {
	var all []web.Route
	for _, area := range [][]web.Route{
		c.signInRoutes(), c.inboxRoutes(), c.sortingRoutes(), c.caseRoutes(), c.fieldRoutes(),
		c.listRoutes(), c.searchRoutes(), c.officeRoutes(), c.channelRoutes(), c.ownRoutes(), c.roleRoutes(), c.seeAsRoutes(),
		c.organisationRoutes(),
		c.templateRoutes(),
		c.alikeRoutes(), c.clusterRoutes(),
		c.citizenRoutes(), c.retentionRoutes(),
		c.approvalRoutes(), c.holdRoutes(), c.rightsRoutes(),
		c.invitationRoutes(), c.passkeyRoutes(), c.idRoutes(), c.securityRoutes(),
		c.connectRoutes(), c.providerRoutes(), c.auditRoutes(),
		c.fileWordRoutes(), c.helperRoutes(),
		c.understandingRoutes(),
	} {
		all = append(all, area...)
	}
	return all
}

// page is what every page of the desk embeds: the bar above it.
type page struct {
	web.Page
	Nav            []navItem
	MaySearch      bool
	Menu           []link // of the account menu, by what the charge allows
	SeveralCharges bool
	Notices        string // unread, as a count
	Hold           string // that outgoing is on hold, or empty
}

// firstItems is how many entries of the navigation a phone shows.
const firstItems = 4

// navItem is an entry of the main navigation. Where there is little room, Second ones sit
// in the account menu.
type navItem struct {
	URL, Name, Count string
	Current          bool
	Warn, Second     bool
}

// page begins a page under the entry of the navigation that at names.
func (c *Console) page(r *http.Request, v *web.Visit, at string) (page, error) {
	by := v.Who.Actor
	bar, err := c.Desk.Bar(r.Context(), by)
	if err != nil {
		return page{}, err
	}
	p := page{Page: c.Web.Page(v), MaySearch: by.May(grievance.MayRead), SeveralCharges: len(v.Who.Charges) > 1, Notices: count(v.Printer, int64(bar.Notices))}
	p.Hold = c.holdWords(v, bar.Holds)
	p.Menu, p.Nav = c.menu(v), c.entries(v, by)
	counts := map[string]string{"/sorting": count(v.Printer, int64(bar.Waiting)), "/approvals": countTo(v.Printer, bar.Awaiting), "/channels": count(v.Printer, int64(bar.Needs))}
	for i := range p.Nav {
		x := &p.Nav[i]
		x.Current, x.Second, x.Count, x.Warn = x.URL == at, i >= firstItems, counts[x.URL], x.URL == "/channels" && bar.Needs > 0
	}
	return p, nil
}

// entries are the main navigation of an officer, by what the charge allows.
func (c *Console) entries(v *web.Visit, by grievance.Actor) (all []navItem) {
	add := func(may grievance.Permission, item navItem) {
		if by.May(may) {
			all = append(all, item)
		}
	}
	add(grievance.MayRead, navItem{URL: "/inbox", Name: v.T("console.inbox")})
	add(grievance.MaySort, navItem{URL: "/sorting", Name: v.T("console.sorting")})
	add(grievance.MayRead, navItem{URL: "/cases", Name: v.T("console.cases")})
	add(grievance.MaySeeFigures, navItem{URL: "/figures", Name: v.T("console.figures")})
	add(grievance.MayApproveReply, navItem{URL: "/approvals", Name: v.T("publish.approvals_nav")})
	add(grievance.MayAudit, navItem{URL: "/audit", Name: v.T("audit.title")})
	add(grievance.MaySeeOffices, navItem{URL: "/offices", Name: v.T("console.offices")})
	add(grievance.MaySeeChannels, navItem{URL: "/channels", Name: v.T("console.channels")})
	return all
}

// menu lists what stands in the account menu besides the officer's own pages.
func (c *Console) menu(v *web.Visit) (all []link) {
	by := v.Who.Actor
	if by.May(grievance.MayWriteTemplates) || by.May(grievance.MayApproveTemplates) {
		all = append(all, link{Name: v.T("template.list"), URL: "/templates"})
	}
	if by.May(grievance.MaySeeAs) {
		all = append(all, link{Name: v.T("seeas.title"), URL: "/see-as"})
	}
	if by.May(grievance.MaySeeSorting) {
		all = append(all, link{Name: v.T("understanding.title"), URL: "/understanding"})
	}
	if by.May(grievance.MayRetain) {
		all = append(all, link{Name: v.T("retention.title"), URL: "/retention"})
	}
	if by.May(grievance.MayAnswerCitizens) {
		all = append(all, link{Name: v.T("citizens.title"), URL: "/citizens"})
	}
	return all
}

// clocks writes time limits for the visit.
func (c *Console) clocks(v *web.Visit) clocks {
	return clocks{Printer: v.Printer, cal: c.Office.Calendar(), now: c.Now()}
}

// home is the first page of an officer: what the charge is for, by what it allows.
func home(by grievance.Actor) string {
	switch {
	case by.InField():
		return "/field"
	case by.May(grievance.MaySort) && !by.May(grievance.MayAssign):
		return "/sorting"
	case by.May(grievance.MayApproveReply) && !by.May(grievance.MayReply):
		return "/approvals"
	case by.May(grievance.MayRead) && !by.May(grievance.MayAudit):
		return "/inbox"
	case by.May(grievance.MaySeeFigures):
		return "/figures"
	case by.May(grievance.MaySeeChannels):
		return "/channels"
	case by.May(grievance.MaySeeOffices):
		return "/offices"
	}
	return "/notices"
}
