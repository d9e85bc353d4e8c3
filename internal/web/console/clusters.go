package console

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

func (c *Console) clusterRoutes() []web.Route {
	may := grievance.MaySort
	return []web.Route{
		{Method: "GET", Pattern: "/clusters", Handler: c.clusters, May: may},
		{Method: "GET", Pattern: "/clusters/{cluster}", Handler: c.cluster, May: may},
		{Method: "POST", Pattern: "/clusters/{cluster}/take", Handler: c.takeCluster, May: grievance.MayOpen},
		{Method: "POST", Pattern: "/clusters/{cluster}/dismiss", Handler: c.dismissCluster, May: may},
	}
}

// clusters lists the floods that wait for a word, then those that were decided.
func (c *Console) clusters(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	var before time.Time
	if n, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64); err == nil {
		before = time.UnixMilli(n)
	}
	base, err := c.page(r, v, "/sorting")
	if err != nil {
		return err
	}
	p := tablePage{page: base, Title: v.T("copies.clusters"), Text: v.T("copies.clusters_text"), Empty: v.T("copies.clusters_none"), BackURL: "/sorting", BackName: v.T("sorting.desk"),
		Heads: []string{v.T("copies.col_what"), v.T("copies.col_size"), v.T("copies.col_when"), v.T("copies.col_state")}}
	for _, offered := range []bool{true, false} {
		if offered && !before.IsZero() {
			continue // they all stood on the first page
		}
		all, err := c.Desk.Clusters(r.Context(), v.Who.Actor, offered, before)
		if err != nil {
			return err
		}
		for _, x := range all {
			p.Rows = append(p.Rows, c.clusterRow(v, x))
		}
		if n := len(all); !offered && n == desk.ClusterRows {
			p.MoreURL = "/clusters?before=" + strconv.FormatInt(all[n-1].LastAt.UnixMilli(), 10)
		}
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

func (c *Console) clusterRow(v *web.Visit, x store.Cluster) tableRow {
	state := cell{Text: v.T("copies.state_" + x.State)}
	if x.State == store.ClusterOffered {
		state = cell{Sign: &sign{Class: "flag flag-late", Icon: "exclamation-triangle", Words: v.T("copies.state_offered")}}
	}
	what := cell{Text: c.clusterName(v, x), URL: "/clusters/" + x.ID.String(), Note: v.T("copies.kind_" + x.Kind)}
	if what.Text == what.Note {
		what.Note = ""
	}
	return tableRow{Cells: []cell{
		what,
		{Text: clusterSize(v, x)},
		{Text: v.Moment(x.FirstAt), Note: v.T("copies.last", "When", v.Moment(x.LastAt))},
		state,
	}}
}

func clusterSize(v *web.Visit, x store.Cluster) string {
	return v.T("copies.size", "Count", x.Posts) + " · " + v.T("copies.authors", "Count", x.Authors)
}

// clusterName says in a few words what a flood is about.
func (c *Console) clusterName(v *web.Visit, x store.Cluster) string {
	what := v.T("copies.kind_" + x.Kind)
	if s, ok := c.Office.Subject(x.SubjectID); ok {
		what = s.Name(v.Lang())
	}
	if d, ok := c.Office.District(x.DistrictID); ok {
		return what + " · " + cmp.Or(c.placeName(v, x.Place, d), d.Name(v.Lang()))
	}
	return what
}

// placeName is a town of a district in the reader's language, as far as the list has it.
func (c *Console) placeName(v *web.Visit, name string, d grievance.District) string {
	if name == d.NameEN {
		return d.Name(v.Lang())
	}
	for _, p := range c.Office.Places() {
		if p.NameEN == name && p.DistrictID == d.ID {
			return p.Name(v.Lang())
		}
	}
	return name
}

// clusterPage is a flood with its posts in full: one look makes it one matter.
type clusterPage struct {
	page
	Title, Kind, Size, When string
	State                   string
	Main                    *link // its case
	Offered                 bool
	Posts                   []clusterPost
	Cases                   []web.Choice // that its posts are in already, to be the main one
	Subjects                []web.Group
	Districts               []web.Choice
	TakeURL, DismissURL     string
	MoreURL                 string
	Errors                  map[string]string
}

// titleLetters is how much of a text names a flood without a matter.
const titleLetters = 60

// clusterPost is a post of a flood.
type clusterPost struct {
	ID, Name, Note string
	Mark           mark
	Text, TextLang string
	Waits          bool
	Case           *link
	State          string // of one that neither waits nor is in a case that the reader may see
}

func (c *Console) cluster(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.clusterPage(w, r, v, http.StatusOK, nil)
}

func (c *Console) clusterPage(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, invalid *grievance.InvalidError) error {
	id, err := web.PathID(r, "cluster")
	if err != nil {
		return err
	}
	var after grievance.ID
	if text := r.URL.Query().Get("after"); text != "" {
		if after, err = grievance.ParseID(text); err != nil {
			return err
		}
	}
	view, err := c.Desk.Cluster(r.Context(), v.Who.Actor, id, after)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/sorting")
	if err != nil {
		return err
	}
	at := "/clusters/" + id.String()
	p := clusterPage{page: base, Title: c.clusterName(v, view.Cluster), Kind: v.T("copies.kind_" + view.Kind), Size: clusterSize(v, view.Cluster),
		When: v.Moment(view.FirstAt) + " – " + v.Moment(view.LastAt), State: v.T("copies.state_" + view.State), Offered: view.State == store.ClusterOffered,
		TakeURL: at + "/take", DismissURL: at + "/dismiss", Errors: map[string]string{}}
	if p.Title == p.Kind && len(view.Post) > 0 { // neither matter nor place: its words name it
		_, words, _ := desk.Readable(&view.Post[0].Post)
		p.Title = "“" + grievance.Excerpt(words, titleLetters) + "”"
	}
	if invalid != nil {
		p.Errors[invalid.Field] = v.T(invalid.Key, invalid.Args)
	}
	if row, ok := view.Cases[view.CaseID]; ok {
		p.Main = &link{Name: row.Case.Number, URL: "/cases/" + row.Case.ID.String()}
	}
	if view.More {
		p.MoreURL = at + "?after=" + view.Post[len(view.Post)-1].ID.String()
	}
	c.clusterPosts(v, &p, &view)
	p.Subjects = c.subjectGroups(v, strconv.Itoa(view.SubjectID))
	for _, d := range c.Office.Districts() {
		p.Districts = append(p.Districts, web.Choice{Value: strconv.Itoa(d.ID), Text: d.Name(v.Lang()), Chosen: d.ID == view.DistrictID})
	}
	return c.Web.Render(w, status, "console/cluster", p)
}

func (c *Console) clusterPosts(v *web.Visit, p *clusterPage, view *desk.ClusterView) {
	k := c.clocks(v)
	listed := map[grievance.ID]bool{}
	for _, x := range view.Post {
		_, words, _ := desk.Readable(&x.Post)
		row := clusterPost{ID: x.ID.String(), Name: authorName(k, x.Author), Note: k.note(x) + " · " + v.Moment(x.PostedAt), Mark: channelMark(v.Printer, x.Channel), Text: words, TextLang: textLang(x.Verdict.Language)}
		switch of, ok := view.Cases[x.CaseID]; {
		case x.Sorted == grievance.SortAsk:
			row.Waits = true
		case ok:
			row.Case = &link{Name: of.Case.Number, URL: "/cases/" + of.Case.ID.String()}
			if id := of.Case.ID; !listed[id] && of.Case.State.Open() {
				listed[id] = true
				p.Cases = append(p.Cases, web.Choice{Value: id.String(), Text: of.Case.Number + " · " + of.Case.Title, Chosen: id == view.CaseID})
			}
		default:
			row.State = v.T("copies.not_waiting")
		}
		p.Posts = append(p.Posts, row)
	}
}

// takeCluster makes one matter of a flood: the chosen posts join the chosen case, or a new
// one of the subject and district.
func (c *Console) takeCluster(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "cluster")
	if err != nil {
		return err
	}
	var req desk.TakeRequest
	if req.CaseID, err = web.FormID(r, "case"); err != nil {
		return err
	}
	if req.Open.SubjectID, err = number(r, "subject"); err != nil {
		return err
	}
	if req.Open.DistrictID, err = number(r, "district"); err != nil {
		return err
	}
	for _, text := range r.PostForm["posts"] {
		p, err := grievance.ParseID(text)
		if err != nil {
			return err
		}
		req.Posts = append(req.Posts, p)
	}
	taken, err := c.Desk.TakeCluster(r.Context(), v.Who.Actor, id, req)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.clusterPage(w, r, v, http.StatusUnprocessableEntity, invalid)
	}
	if err != nil {
		return err
	}
	done := "done.cluster_taken"
	if taken.Late > 0 {
		done = "done.cluster_late"
	}
	c.Web.Done(w, r, done, "/clusters/"+id.String())
	return nil
}

func (c *Console) dismissCluster(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "cluster")
	if err != nil {
		return err
	}
	if err := c.Desk.DismissCluster(r.Context(), v.Who.Actor, id); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.cluster_dismissed", "/clusters")
	return nil
}
