package console

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"nivaran/internal/assist"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/text"
	"nivaran/internal/web"
)

func (c *Console) helperRoutes() []web.Route {
	may := grievance.MayReply
	return []web.Route{
		{Method: "POST", Pattern: "/cases/{id}/helper/draft", Handler: c.helperDraft, May: may},
		{Method: "POST", Pattern: "/cases/{id}/helper/translate", Handler: c.helperTranslate, May: may},
		{Method: "POST", Pattern: "/cases/{id}/helper/take", Handler: c.helperTake, May: may},
		{Method: "POST", Pattern: "/cases/{id}/helper/summary", Handler: c.helperSummary, May: may},
		{Method: "POST", Pattern: "/cases/{id}/helper/post/{post}", Handler: c.helperPost, May: may},
	}
}

// proposal is what the language helper wrote, or why it wrote nothing. It is never more
// than a proposal: only a press of the officer makes it the text of a reply.
type proposal struct {
	Kind             string // draft, translation, summary
	Head, Words, Cut string
	Lang             string
	Error            string
}

// What kind of a proposal it is.
const (
	draftProposal       = "draft"
	translationProposal = "translation"
	summaryProposal     = "summary"
)

// wayHelper is the helper's row under a way to write.
type wayHelper struct {
	URL      string
	Proposal *proposal
}

// caseHelper is the helper's part of the case page.
type caseHelper struct {
	URL      string
	Proposal *proposal
}

func helperURL(cv *desk.CaseView) string { return caseURL(cv) + "/helper" }

// offerHelp puts the helper's row under a way that is open.
func (c *Console) offerHelp(v *web.Visit, cv *desk.CaseView, d *draft, w *way) {
	if w.Closed != "" || w.Key == noteMode || !c.Helper.Offered(v.Who.Actor, cv.Case) {
		return
	}
	w.Helper = &wayHelper{URL: helperURL(cv)}
	if d.Mode == w.Key {
		w.Helper.Proposal = d.Proposed
	}
}

// caseHelper is what the case page offers beside the conversation; nil where it does not.
func (c *Console) caseHelper(v *web.Visit, cv *desk.CaseView, d *draft) *caseHelper {
	if !c.Helper.Offered(v.Who.Actor, cv.Case) {
		return nil
	}
	h := &caseHelper{URL: helperURL(cv)}
	if d != nil {
		h.Proposal = d.Told
	}
	return h
}

// translateURL is where a citizen's words are translated for the reader; empty where they
// need no translation.
func (c *Console) translateURL(v *web.Visit, cv *desk.CaseView, p *grievance.StoredPost) string {
	if p.Direction == grievance.Out || !p.ErasedAt.IsZero() || p.Text == "" || p.Verdict.Language == v.Lang() || !c.Helper.Offered(v.Who.Actor, cv.Case) {
		return ""
	}
	return helperURL(cv) + "/post/" + p.ID.String()
}

// typed is what stands in the composer.
func typed(r *http.Request) *draft {
	return &draft{Mode: r.PostFormValue("mode"), Text: strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n"), Complainant: r.PostFormValue("complainant"), Template: r.PostFormValue("template")}
}

// proposed makes a proposal of an answer. Why there is none is said on the page and noted
// in the log; neither holds words of the case. Other errors are the caller's.
func (c *Console) proposed(ctx context.Context, v *web.Visit, id grievance.ID, kind, lang string, a assist.Answer, err error) (*proposal, error) {
	if f, ok := errors.AsType[*assist.Failure](err); ok {
		c.Log.WarnContext(ctx, "the language helper gave no answer", "case", id, "why", f)
		return &proposal{Kind: kind, Error: v.T(f.Key)}, nil
	}
	if err != nil {
		return nil, err
	}
	p := &proposal{Kind: kind, Head: v.T("helper.is_" + kind), Words: a.Text, Lang: textLang(lang)}
	if a.Cut {
		p.Cut = v.T("helper.cut")
	}
	return p, nil
}

// helped finds the case of the address; without a helper there is nothing there.
func (c *Console) helped(r *http.Request) (grievance.ID, error) {
	if c.Helper == nil {
		return 0, grievance.ErrNotFound
	}
	return web.PathID(r, "id")
}

// targetLanguage is English or Hindi, as the form asks.
func targetLanguage(r *http.Request) string {
	if r.PostFormValue("to") == "en" {
		return "en"
	}
	return "hi"
}

func (c *Console) helperDraft(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := c.helped(r)
	if err != nil {
		return err
	}
	k, err := web.FormID(r, "complainant")
	if err != nil {
		return err
	}
	cv, err := c.Desk.Case(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	d := typed(r)
	req := assist.DraftRequest{ComplainantID: k, Way: wayOfMode[d.Mode]}
	lang := ""
	for _, p := range cv.Complainants {
		if p.ID != k {
			continue
		}
		req.Way, lang = wayOf(p, req.Way), p.Language
		switch p.Channel {
		case grievance.X:
			req.Limit = text.XLimit
		case grievance.Facebook:
			req.Limit = facebookLimit
		}
	}
	a, err := c.Helper.Draft(r.Context(), v.Who.Actor, id, req)
	if d.Proposed, err = c.proposed(r.Context(), v, id, draftProposal, lang, a, err); err != nil {
		return err
	}
	return c.casePage(w, r, v, http.StatusOK, d)
}

func (c *Console) helperTranslate(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := c.helped(r)
	if err != nil {
		return err
	}
	d, lang := typed(r), targetLanguage(r)
	words := d.Text
	if unwritten(v.Who.Officer, words) {
		words = ""
	}
	a, err := c.Helper.Translate(r.Context(), v.Who.Actor, id, words, lang)
	if d.Proposed, err = c.proposed(r.Context(), v, id, translationProposal, lang, a, err); err != nil {
		return err
	}
	return c.casePage(w, r, v, http.StatusOK, d)
}

// helperTake puts a proposal into the field, where the officer edits and sends it: a draft
// above what stands there, a translation in its place.
func (c *Console) helperTake(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if _, err := c.helped(r); err != nil {
		return err
	}
	d := typed(r)
	words := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("proposal"), "\r\n", "\n"))
	if r.PostFormValue("proposal_kind") == translationProposal {
		d.Text = words
	} else {
		d.Text = strings.TrimSpace(words + "\n\n" + strings.TrimSpace(d.Text))
	}
	return c.casePage(w, r, v, http.StatusOK, d)
}

func (c *Console) helperSummary(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := c.helped(r)
	if err != nil {
		return err
	}
	a, err := c.Helper.Summarise(r.Context(), v.Who.Actor, id, v.Lang())
	d := &draft{}
	if d.Told, err = c.proposed(r.Context(), v, id, summaryProposal, v.Lang(), a, err); err != nil {
		return err
	}
	return c.casePage(w, r, v, http.StatusOK, d)
}

func (c *Console) helperPost(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := c.helped(r)
	if err != nil {
		return err
	}
	post, err := web.PathID(r, "post")
	if err != nil {
		return err
	}
	a, err := c.Helper.TranslatePost(r.Context(), v.Who.Actor, id, post, v.Lang())
	d := &draft{}
	if d.Told, err = c.proposed(r.Context(), v, id, translationProposal, v.Lang(), a, err); err != nil {
		return err
	}
	return c.casePage(w, r, v, http.StatusOK, d)
}
