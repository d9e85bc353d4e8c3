package console

import (
	"context"
	"errors"
	"net/http"

	"nivaran/internal/desk"
	"nivaran/internal/document"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

func (c *Console) fileWordRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/cases/{id}/files/{hash}/words", Handler: c.caseFileWords, May: grievance.MayRead},
		{Method: "GET", Pattern: "/sorting/{post}/files/{hash}", Handler: c.postFile, May: grievance.MaySort},
		{Method: "GET", Pattern: "/sorting/{post}/files/{hash}/words", Handler: c.postFileWords, May: grievance.MaySort},
	}
}

// fileWordsPage shows what an attachment says.
type fileWordsPage struct {
	page
	Title, BackURL, BackName, FileURL string
	Text                              string
	Lang                              string
	Other                             *otherReading
	Problem, Cut                      string
}

func (c *Console) caseFileWords(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	p := fileWordsPage{BackURL: "/cases/" + id.String(), BackName: v.T("words.to_case")}
	return c.fileWords(w, r, v, p, id, c.Desk.CaseFileWords)
}

func (c *Console) postFileWords(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "post")
	if err != nil {
		return err
	}
	return c.fileWords(w, r, v, fileWordsPage{BackURL: sortingURL(id), BackName: v.T("sorting.desk")}, id, c.Desk.PostFileWords)
}

func (c *Console) fileWords(w http.ResponseWriter, r *http.Request, v *web.Visit, p fileWordsPage, id grievance.ID, read func(context.Context, grievance.Actor, grievance.ID, string) (desk.FileWords, error)) error {
	words, err := read(r.Context(), v.Who.Actor, id, r.PathValue("hash"))
	unreadable := errors.Is(err, document.ErrUnreadable)
	if err != nil && !unreadable {
		return err
	}
	if p.page, err = c.page(r, v, ""); err != nil {
		return err
	}
	p.Title, p.FileURL, p.Text = words.File.Name, p.BackURL+"/files/"+words.File.Hash, words.Text
	switch {
	case unreadable:
		p.Problem = v.T("words.unreadable")
	case p.Text == "":
		p.Problem = v.T("words.none")
	case words.Unicode != "":
		p.Text, p.Lang = words.Unicode, "hi"
		p.Other = &otherReading{Note: v.T("legacy.read"), Head: v.T("legacy.as_it_came"), Text: words.Text}
	}
	if words.Cut {
		p.Cut = v.T("words.cut")
	}
	return c.Web.Render(w, http.StatusOK, "console/filewords", p)
}

// postFile sends a file of a post that is not in a case yet.
func (c *Console) postFile(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "post")
	if err != nil {
		return err
	}
	f, body, err := c.Desk.PostFile(r.Context(), v.Who.Actor, id, r.PathValue("hash"))
	if err != nil {
		return err
	}
	sendFile(w, f, body)
	return nil
}
