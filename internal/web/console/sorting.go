package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

func (c *Console) sortingRoutes() []web.Route {
	may := grievance.MaySort
	return []web.Route{
		{Method: "GET", Pattern: "/sorting", Handler: c.sorting, May: may},
		{Method: "GET", Pattern: "/sorting/kept", Handler: c.kept, May: may},
		{Method: "GET", Pattern: "/sorting/{post}", Handler: c.sorting, May: may},
		{Method: "POST", Pattern: "/sorting/{post}/open", Handler: c.open, May: grievance.MayOpen},
		{Method: "POST", Pattern: "/sorting/{post}/join", Handler: c.join, May: may},
		{Method: "POST", Pattern: "/sorting/{post}/keep", Handler: c.keep, May: may},
		{Method: "POST", Pattern: "/sorting/{post}/undo", Handler: c.undo, May: may},
		{Method: "POST", Pattern: "/sorting/{post}/danger", Handler: c.danger, May: may},
	}
}

// sortingPage is the sorting desk: one post large, the queue beside it, every decision
// within one key.
type sortingPage struct {
	page
	Progress             string
	Today                int // of a thousand, for the bar
	Danger               string
	Said, Undo           string
	QueueHead            string
	Queue                []queueRow
	Post                 *bigPost
	Candidates           []candidate
	Other                bool
	Subjects             []web.Group
	Districts            []web.Choice
	Places               []web.Group
	Urgencies, Kinds     []web.Choice
	Against              bool
	NextID               string
	LaterURL             string
	NextURL, PreviousURL string
	Pairs                []pair
	Floods               []link // to which the post belongs
	Instead              string // what the post probably is, where it is no grievance
	Clusters             string // the name of their page, with how many wait
	Reasons              []keepReason
	Author               []fact
	Error                string
}

// queueLook is how much of the queue is read to find where the reader stands, queueShown
// how much of it is shown.
const (
	queueLook  = 60
	queueShown = 12
)

func (c *Console) sorting(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.sortingPage(w, r, v, http.StatusOK, "")
}

func (c *Console) sortingPage(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, problem string) error {
	ctx, by := r.Context(), v.Who.Actor
	base, err := c.page(r, v, "/sorting")
	if err != nil {
		return err
	}
	queue, err := c.Desk.Queue(ctx, by, desk.QueueRequest{Limit: queueLook})
	if err != nil {
		return err
	}
	p := &sortingPage{page: base, QueueHead: v.T("sorting.waiting", "Count", queue.Waiting), Error: problem}
	p.Progress = v.T("sorting.progress", "Done", queue.SortedToday, "All", queue.ReceivedToday)
	if queue.ReceivedToday > 0 {
		p.Today = int(min(1000*queue.SortedToday/queue.ReceivedToday, 1000))
	}
	if queue.Danger > 0 {
		p.Danger = v.T("sorting.danger", "Count", queue.Danger)
	}
	offered, err := c.Desk.Clusters(ctx, by, true, time.Time{})
	if err != nil {
		return err
	}
	if p.Clusters = v.T("copies.clusters"); len(offered) > 0 {
		p.Clusters = v.T("copies.clusters_waiting", "Count", len(offered))
	}
	c.said(r, v, p)
	var id grievance.ID
	switch {
	case r.PathValue("post") != "":
		if id, err = web.PathID(r, "post"); err != nil {
			return err
		}
	case len(queue.Posts) > 0:
		id = queue.Posts[0].ID
	default:
		return c.Web.Render(w, status, "console/sorting", p)
	}
	view, err := c.Desk.SortingPost(ctx, by, id)
	if err != nil {
		return err
	}
	if err := c.around(r, v, p, queue.Posts, view.Post); err != nil {
		return err
	}
	c.sortingPost(v, p, &view)
	return c.Web.Render(w, status, "console/sorting", p)
}

// said tells what the key before this page did, and offers to take it back.
func (c *Console) said(r *http.Request, v *web.Visit, p *sortingPage) {
	q := r.URL.Query()
	switch {
	case q.Has("kept"):
		p.Said = v.T("done.kept")
		if id, err := grievance.ParseID(q.Get("kept")); err == nil {
			p.Undo = id.String()
		}
	case q.Has("opened"):
		if number, err := grievance.ParseRegistrationNumber(q.Get("opened")); err == nil {
			p.Said = v.T("done.opened", "Number", number)
		}
	case q.Has("apart"):
		p.Said = v.T("done.apart")
	case q.Has("joined"):
		p.Said = v.T("done.joined")
	case q.Has("against"):
		p.Said = v.T("done.against")
	case q.Has("danger"):
		p.Said = v.T("done.danger")
	case q.Has("undone"):
		p.Said = v.T("done.undone")
	}
}

// around shows the queue near the post, and what comes before and after it.
func (c *Console) around(r *http.Request, v *web.Visit, p *sortingPage, posts []*grievance.StoredPost, current *grievance.StoredPost) error {
	i := slices.IndexFunc(posts, func(x *grievance.StoredPost) bool { return x.ID == current.ID })
	if i < 0 || i == len(posts)-1 && len(posts) == queueLook { // further down than we looked
		after := store.QueueAfter{Weight: current.Urgency.Weight(), ReceivedAt: current.ReceivedAt, ID: current.ID}
		queue, err := c.Desk.Queue(r.Context(), v.Who.Actor, desk.QueueRequest{After: after, Limit: queueShown})
		if err != nil {
			return err
		}
		posts = append([]*grievance.StoredPost{current}, queue.Posts...)
		i = 0
	}
	if i > 0 {
		p.PreviousURL = sortingURL(posts[i-1].ID)
	}
	p.LaterURL = "/sorting"
	if i+1 < len(posts) {
		p.NextID = posts[i+1].ID.String()
		p.NextURL = sortingURL(posts[i+1].ID)
		p.LaterURL = p.NextURL
	}
	from := max(i-2, 0)
	for _, x := range posts[from:min(from+queueShown, len(posts))] {
		p.Queue = append(p.Queue, c.queueRow(v, x, x.ID == current.ID))
	}
	return nil
}

func sortingURL(id grievance.ID) string { return "/sorting/" + id.String() }

// nextPost leads to the post that stood next when the page was shown, with word of what was
// done. The next one may be gone by then: another clerk was faster.
func (c *Console) nextPost(w http.ResponseWriter, r *http.Request, v *web.Visit, did string) {
	to := "/sorting"
	if next, err := web.FormID(r, "next"); err == nil && next != 0 {
		if view, err := c.Desk.SortingPost(r.Context(), v.Who.Actor, next); err == nil && view.Post.Sorted == grievance.SortAsk {
			to = sortingURL(next)
		}
	}
	web.Redirect(w, r, to+"?"+did)
}

// open makes a case of the post as chosen: one of the candidates, or another subject.
func (c *Console) open(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "post")
	if err != nil {
		return err
	}
	view, err := c.Desk.SortingPost(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	req := desk.OpenRequest{
		PostID: id, Kind: grievance.Kind(r.PostFormValue("kind")), Urgency: grievance.Urgency(r.PostFormValue("urgency")),
		Against: r.PostFormValue("against") == "yes",
	}
	if req.DistrictID, err = number(r, "district"); err != nil {
		return err
	}
	if err = c.chosenPlace(r, &req); err != nil {
		return err
	}
	if r.PostFormValue("candidate") == "" { // of what is probably no grievance none is chosen beforehand
		w.Header().Set("HX-Push-Url", "false")
		return c.sortingPage(w, r, v, http.StatusUnprocessableEntity, v.T("sorting.choose_first"))
	}
	if req.SubjectID, req.DepartmentID, err = c.chosenSubject(r, view.Post); err != nil {
		return err
	}
	done, err := c.against(w, r, v, &view, &req)
	var opened []desk.Opened
	if err == nil && !done {
		opened, err = c.Desk.Open(r.Context(), v.Who.Actor, []desk.OpenRequest{req})
	}
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok && req.Against {
		return c.askWhom(w, r, v, &view, req, invalid)
	}
	if err != nil || done {
		return err
	}
	c.nextPost(w, r, v, "opened="+opened[0].Number)
	return nil
}

// chosenPlace is the place of the list. Where the district was changed after it was
// pre-chosen, it lies in another one and is left out; where only the place was chosen, its
// district is meant.
func (c *Console) chosenPlace(r *http.Request, req *desk.OpenRequest) error {
	id, err := number(r, "place")
	if err != nil || id == 0 {
		return err
	}
	place, ok := c.Office.Place(id)
	if !ok {
		return grievance.Invalid("place", "error.choose")
	}
	if req.DistrictID == 0 {
		req.DistrictID = place.DistrictID
	}
	if req.DistrictID == place.DistrictID {
		req.PlaceID = id
	}
	return nil
}

// chosenSubject is the subject of the chosen candidate, or of the list.
func (c *Console) chosenSubject(r *http.Request, p *grievance.StoredPost) (subject, department int, err error) {
	n, err := strconv.Atoi(r.PostFormValue("candidate"))
	if err != nil { // "other"
		subject, err = number(r, "subject")
		return subject, 0, err
	}
	if n < 0 || n >= len(p.Verdict.Candidates) {
		return 0, 0, grievance.Invalid("candidate", "error.not_a_choice")
	}
	x := p.Verdict.Candidates[n]
	return c.Office.SubjectByCode(x.Subject), c.Office.DepartmentByCode(x.Department), nil
}

func (c *Console) join(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "post")
	if err != nil {
		return err
	}
	into, err := web.FormID(r, "case")
	if err != nil {
		return err
	}
	if into == 0 {
		if into, err = c.Desk.CaseNumbered(r.Context(), v.Who.Actor, r.PostFormValue("number")); err != nil {
			return err
		}
	}
	if err := c.Desk.Join(r.Context(), v.Who.Actor, desk.JoinRequest{PostID: id, CaseID: into}); err != nil {
		return err
	}
	if back, err := web.FormID(r, "back"); err == nil && back != 0 {
		c.Web.Done(w, r, "done.joined", "/cases/"+back.String())
		return nil
	}
	c.nextPost(w, r, v, "joined")
	return nil
}

// keep sets the post aside with its reason; a suggestion or a query is opened as one.
func (c *Console) keep(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "post")
	if err != nil {
		return err
	}
	ctx, by, reason := r.Context(), v.Who.Actor, r.PostFormValue("reason")
	if !slices.ContainsFunc(keepReasons, func(k keepReason) bool { return k.Value == reason }) {
		return grievance.Invalid("reason", "error.not_a_choice")
	}
	if kind := grievance.Kind(reason); kind == grievance.Suggestion || kind == grievance.Query {
		view, err := c.Desk.SortingPost(ctx, by, id)
		if err != nil {
			return err
		}
		req := c.likeliest(view.Post)
		req.Kind = kind
		opened, err := c.Desk.Open(ctx, by, []desk.OpenRequest{req})
		if err != nil {
			return err
		}
		c.nextPost(w, r, v, "opened="+opened[0].Number)
		return nil
	}
	kind := grievance.NotForUs
	if reason == string(grievance.Praise) {
		kind = grievance.Praise
	}
	if err := c.Desk.Keep(ctx, by, []grievance.ID{id}, kind, reason); err != nil {
		return err
	}
	c.nextPost(w, r, v, "kept="+id.String())
	return nil
}

func (c *Console) undo(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "post")
	if err != nil {
		return err
	}
	if err := c.Desk.Undo(r.Context(), v.Who.Actor, id); err != nil {
		return err
	}
	web.Redirect(w, r, sortingURL(id)+"?undone")
	return nil
}

// danger raises the post to the top and tells those on duty.
func (c *Console) danger(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "post")
	if err != nil {
		return err
	}
	if err := c.Desk.MarkDanger(r.Context(), v.Who.Actor, id); err != nil {
		return err
	}
	web.Redirect(w, r, sortingURL(id)+"?danger")
	return nil
}
