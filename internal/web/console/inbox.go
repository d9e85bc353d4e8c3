package console

import (
	"net/http"
	"net/url"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

func (c *Console) inboxRoutes() []web.Route {
	read := grievance.MayRead
	return []web.Route{
		{Method: "GET", Pattern: "/inbox", Handler: c.inbox("list"), May: read},
		{Method: "GET", Pattern: "/inbox/folders", Handler: c.inbox("folders"), May: read},
		{Method: "GET", Pattern: "/inbox/events", Handler: c.events, May: read, Stream: true},
		{Method: "GET", Pattern: "/inbox/{id}", Handler: c.inbox("case"), May: read},
		{Method: "GET", Pattern: "/inbox/{id}/details", Handler: c.inbox("side"), May: read},
	}
}

// inboxPage is the inbox in its panes; on a phone Pane is the one that shows.
type inboxPage struct {
	page
	Pane                     string
	Folders                  []folderView
	Folder                   folderView
	Orders                   []link
	Rows                     []caseRow
	Case                     *caseView
	ListURL, FoldersURL      string
	MoreURL                  string
	SideURL, ConversationURL string
}

// folderView is a folder with its kept count.
type folderView struct {
	link
	Icon, Class, Count string
}

var folderIcons = map[desk.Folder]string{
	"danger": "exclamation-octagon-fill", "own": "person", "unassigned": "person-x", "late": "exclamation-triangle-fill",
	"today": "hourglass-bottom", "approval": "clipboard-check", "undelivered": "envelope-exclamation",
	"watched": "eye", "all": "building",
}

// inboxRows is how many cases a page of the list holds.
const inboxRows = 40

// place is where a reader stands in the inbox: folder, order, page.
type place struct {
	folder desk.Folder
	newest bool
	cursor string
}

func placeOf(r *http.Request, fallback desk.Folder) place {
	q := r.URL.Query()
	p := place{folder: desk.Folder(q.Get("folder")), newest: q.Get("order") == "newest", cursor: q.Get("after")}
	if folderIcons[p.folder] == "" {
		p.folder = fallback
	}
	return p
}

// at is the address of a pane at this place.
func (p place) at(path string) string {
	q := url.Values{"folder": {string(p.folder)}}
	if p.newest {
		q.Set("order", "newest")
	}
	if p.cursor != "" {
		q.Set("after", p.cursor)
	}
	return path + "?" + q.Encode()
}

func (c *Console) inbox(pane string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
		ctx, by := r.Context(), v.Who.Actor
		at := placeOf(r, usualFolder(by))
		base, err := c.page(r, v, "/inbox")
		if err != nil {
			return err
		}
		p := inboxPage{page: base, Pane: pane, ListURL: at.at("/inbox"), FoldersURL: at.at("/inbox/folders")}
		if err := c.folders(r, v, at, &p); err != nil {
			return err
		}
		list, err := c.Desk.Inbox(ctx, by, desk.InboxRequest{Folder: at.folder, Newest: at.newest, Cursor: at.cursor, Limit: inboxRows})
		if err != nil {
			return err
		}
		if list.Next != "" {
			p.MoreURL = place{at.folder, at.newest, list.Next}.at("/inbox")
		}
		p.Rows = c.rows(v, list.Rows)
		for i := range p.Rows {
			row := &p.Rows[i]
			row.URL = at.at("/inbox/" + row.ID)
			row.Current = row.ID == r.PathValue("id")
		}
		if r.PathValue("id") != "" {
			if err := c.openCase(r, v, at, &p); err != nil {
				return err
			}
		}
		return c.Web.Render(w, http.StatusOK, "console/inbox", p)
	}
}

func usualFolder(by grievance.Actor) desk.Folder {
	if by.Scope.OfficerID != 0 {
		return desk.FolderOwn
	}
	return desk.FolderAll
}

func (c *Console) folders(r *http.Request, v *web.Visit, at place, p *inboxPage) error {
	counts, err := c.Desk.Folders(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	for _, f := range counts {
		x := folderView{Icon: folderIcons[f.Folder], Count: v.Number(f.N)}
		if f.More {
			x.Count += "+"
		}
		x.Name, x.URL, x.Current = v.T("folder."+string(f.Folder)), place{folder: f.Folder, newest: at.newest}.at("/inbox"), f.Folder == at.folder
		switch {
		case f.Folder == "danger" && f.N > 0:
			x.Class = "dang"
		case f.Folder == "late" && f.N > 0:
			x.Class = "late"
		}
		if x.Current {
			p.Folder = x
		}
		p.Folders = append(p.Folders, x)
	}
	for _, newest := range []bool{false, true} {
		o := link{Name: v.T("console.by_due"), URL: place{at.folder, newest, ""}.at("/inbox"), Current: newest == at.newest}
		if newest {
			o.Name = v.T("console.newest")
		}
		p.Orders = append(p.Orders, o)
	}
	return nil
}

// openCase shows a case beside the list.
func (c *Console) openCase(r *http.Request, v *web.Visit, at place, p *inboxPage) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	cv, err := c.Desk.Case(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	path := "/inbox/" + id.String()
	p.ConversationURL, p.SideURL = at.at(path), at.at(path+"/details")
	p.Case, err = c.caseView(r.Context(), v, cv, p.ConversationURL, nil)
	return err
}

// rows shows cases in a list.
func (c *Console) rows(v *web.Visit, cases []desk.Row) []caseRow {
	k := c.clocks(v)
	rows := make([]caseRow, 0, len(cases))
	for _, x := range cases {
		cs := x.Case
		row := caseRow{
			ID: cs.ID.String(), URL: "/cases/" + cs.ID.String(), Number: cs.Number, Mark: channelMark(v.Printer, cs.Channel), Name: x.Name,
			Text: cs.Excerpt, TextLang: textLang(cs.Language), Age: v.Age(k.now.Sub(cs.ReceivedAt)), When: v.Day(cs.ReceivedAt),
			Clock: k.chip(cs), State: stateSign(v.Printer, cs.State), Office: c.officeName(v, cs.OfficeID),
		}
		if row.Name == "" {
			row.Name = cs.Title
		}
		if row.Text == "" {
			row.Text = cs.Title
		}
		if cs.Complained > 1 {
			row.Voices = v.T("common.voices", "Count", cs.Complained)
		}
		if all := flags(v.Printer, cs); len(all) > 0 {
			row.Flag = &all[0]
		}
		rows = append(rows, row)
	}
	return rows
}
