package console

import (
	"cmp"
	"net/http"

	"nivaran/internal/copies"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

func (c *Console) alikeRoutes() []web.Route {
	return []web.Route{
		{Method: "POST", Pattern: "/sorting/{post}/together", Handler: c.together, May: grievance.MayOpen},
		{Method: "POST", Pattern: "/sorting/{post}/apart", Handler: c.apart, May: grievance.MaySort},
	}
}

// pair sets a post beside another that may be about the same matter, both in full.
type pair struct {
	Head, Proposal    string
	ThisHead, This    string
	Number, URL, Note string // of the other: a case by its number, a waiting post without
	Text              string
	ThisLang, Lang    string
	WhyHead           string
	Why               []string
	OtherName         string // of the link to a waiting post
	Post, CaseID      string
	Join, Key         string // the button that lets the post join the case
	Together          string // the button that makes one case of both
	Apart, ApartKey   string // the button that says that they are not the same
	Other             string
	Back              string // the case that the acts lead back to
	NextID            string
}

// pairOf proposes a case: that of the conversation, of a copy, or of a flood.
func pairOf(k clocks, p *grievance.StoredPost, s desk.Similar) pair {
	x := pairWith(k, p)
	x.besideCase(k, s.Row)
	x.Text = cmp.Or(s.Text, s.Case.Excerpt)
	if s.Flood {
		x.Why = []string{k.T("copies.flood")}
	}
	return x
}

// pairWith begins a pair with the post that something is proposed for.
func pairWith(k clocks, p *grievance.StoredPost) pair {
	_, words, _ := desk.Readable(&p.Post)
	return pair{Proposal: k.T("sorting.proposal"), WhyHead: k.T("sorting.why"), OtherName: k.T("copies.other_post"), ThisHead: k.T("sorting.this_post"), This: words, ThisLang: textLang(p.Verdict.Language), Post: p.ID.String()}
}

func (x *pair) besideCase(k clocks, r desk.Row) {
	cs := r.Case
	x.Number, x.URL, x.CaseID = cs.Number, "/cases/"+cs.ID.String(), cs.ID.String()
	x.Head = k.T("sorting.same_matter", "Title", cs.Title)
	x.Note = k.T("channel."+string(cs.Channel)) + " · " + k.Moment(cs.ReceivedAt) + " · " + r.Name
	x.Join = k.T("sorting.join_as", "Count", cs.Complained+1)
}

// alikePair proposes what says the same as the post that is being sorted.
func alikePair(k clocks, p *grievance.StoredPost, a desk.Alike) pair {
	x := pairWith(k, p)
	x.fill(k, a)
	if a.Case != nil {
		x.besideCase(k, *a.Case)
	} else if !p.Verdict.AgainstOfficer { // whom it complains of must be asked first
		x.Together = k.T("copies.together")
	}
	x.Apart, x.Other = k.T("copies.apart"), a.Post.ID.String()
	return x
}

// fill shows the other post and why it was found.
func (x *pair) fill(k clocks, a desk.Alike) {
	_, words, _ := desk.Readable(&a.Post.Post)
	x.Head, x.URL, x.Text, x.Lang = k.T("copies.same_post"), sortingURL(a.Post.ID), words, textLang(a.Post.Verdict.Language)
	x.Note = k.T("channel."+string(a.Post.Channel)) + " · " + k.Moment(a.Post.PostedAt) + " · " + authorName(k, a.Post.Author)
	x.Why = whyAlike(k, a.Comparison)
}

// whyAlike says in words what spoke for a proposal.
func whyAlike(k clocks, c copies.Comparison) (all []string) {
	for _, r := range c.Reasons {
		all = append(all, k.T("copies.why_"+r.Code, "Words", r.Words))
	}
	return all
}

// casePairs proposes what may be about the same matter as a case.
func casePairs(k clocks, id grievance.ID, all []desk.Alike, maySort bool) (pairs []pair) {
	for _, a := range all {
		x := pairWith(k, a.With)
		x.ThisHead, x.Post, x.Back = k.T("copies.this_case"), a.Post.ID.String(), id.String()
		x.fill(k, a)
		if a.Case != nil {
			x.besideCase(k, *a.Case)
			x.Join = "" // two cases stay two
		} else {
			x.CaseID, x.Join = id.String(), k.T("copies.join_here")
		}
		if maySort {
			x.Apart, x.Other = k.T("copies.apart"), a.With.ID.String()
		}
		pairs = append(pairs, x)
	}
	return pairs
}

// keyed gives the keys to the first pair that can be joined or opened, and told apart.
func keyed(pairs []pair, next string) []pair {
	join, apart := "j", "x"
	for i := range pairs {
		pairs[i].NextID = next
		if pairs[i].Join != "" || pairs[i].Together != "" {
			pairs[i].Key, join = join, ""
		}
		if pairs[i].Apart != "" {
			pairs[i].ApartKey, apart = apart, ""
		}
	}
	return pairs
}

// together makes one case of the post and another that waits.
func (c *Console) together(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "post")
	if err != nil {
		return err
	}
	other, err := web.FormID(r, "other")
	if err != nil {
		return err
	}
	view, err := c.Desk.SortingPost(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	opened, err := c.Desk.OpenTogether(r.Context(), v.Who.Actor, c.likeliest(view.Post), other)
	if err != nil {
		return err
	}
	c.nextPost(w, r, v, "opened="+opened.Number)
	return nil
}

// likeliest opens a post as the sorter thinks likeliest.
func (c *Console) likeliest(p *grievance.StoredPost) desk.OpenRequest {
	req := desk.OpenRequest{PostID: p.ID, DistrictID: p.Verdict.District, PlaceID: c.Office.PlaceNamed(p.Verdict.Places, p.Verdict.District)}
	if len(p.Verdict.Candidates) > 0 {
		first := p.Verdict.Candidates[0]
		req.SubjectID, req.DepartmentID = c.Office.SubjectByCode(first.Subject), c.Office.DepartmentByCode(first.Department)
	}
	return req
}

// apart remembers that two posts are not the same matter.
func (c *Console) apart(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "post")
	if err != nil {
		return err
	}
	other, err := web.FormID(r, "other")
	if err != nil {
		return err
	}
	if err := c.Desk.TellApart(r.Context(), v.Who.Actor, id, other); err != nil {
		return err
	}
	if back, err := web.FormID(r, "back"); err == nil && back != 0 {
		c.Web.Done(w, r, "done.apart", "/cases/"+back.String())
		return nil
	}
	web.Redirect(w, r, sortingURL(id)+"?apart")
	return nil
}

// floodLine leads from a post to the flood that it belongs to.
func (c *Console) floodLine(v *web.Visit, x store.Cluster) link {
	return link{Name: v.T("copies.in_flood", "What", c.clusterName(v, x), "Count", x.Posts), URL: "/clusters/" + x.ID.String()}
}
