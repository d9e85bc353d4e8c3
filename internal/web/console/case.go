package console

import (
	"errors"
	"net/http"
	"strconv"

	"nivaran/internal/grievance"
	"nivaran/internal/text"
	"nivaran/internal/web"
)

func (c *Console) caseRoutes() []web.Route {
	read := grievance.MayRead
	return append(c.actRoutes(),
		web.Route{Method: "GET", Pattern: "/cases/{id}", Handler: c.showCase, May: read},
		web.Route{Method: "GET", Pattern: "/cases/{id}/files/{hash}", Handler: c.file, May: read},
		web.Route{Method: "POST", Pattern: "/cases/{id}/reply", Handler: c.reply, May: grievance.MayReply},
		web.Route{Method: "POST", Pattern: "/cases/{id}/note", Handler: c.note, May: grievance.MayNote, Body: uploadLimit},
		web.Route{Method: "POST", Pattern: "/cases/{id}/approve", Handler: c.approve, May: grievance.MayApprove},
		web.Route{Method: "POST", Pattern: "/cases/{id}/send-back", Handler: c.sendBack, May: grievance.MayApprove},
		web.Route{Method: "GET", Pattern: "/counting.json", Handler: c.counting, May: read},
	)
}

// casePage is one case with all that is known and can be done.
type casePage struct {
	page
	Case      *caseView
	BackURL   string
	ShowClock bool
	Alike     []pair // what may be about the same matter
	AlikeHead string
}

func (c *Console) showCase(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.casePage(w, r, v, http.StatusOK, nil)
}

func (c *Console) casePage(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, d *draft) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	cv, err := c.Desk.Case(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/cases")
	if err != nil {
		return err
	}
	p := casePage{page: base, BackURL: "/inbox", ShowClock: r.URL.Query().Has("clock")}
	if p.Case, err = c.caseView(r.Context(), v, cv, "", d); err != nil {
		return err
	}
	alike, err := c.Desk.CaseAlike(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	p.Alike, p.AlikeHead = casePairs(c.clocks(v), id, alike, v.Who.Actor.May(grievance.MaySort)), v.T("copies.case_alike", "Count", len(alike))
	return c.Web.Render(w, status, "console/case", p)
}

// reply writes to a citizen, in public or privately.
func (c *Console) reply(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	req, err := replyRequest(r)
	if err != nil {
		return err
	}
	if unwritten(v.Who.Officer, req.Text) {
		req.Text = ""
	}
	d := &draft{Mode: r.PostFormValue("mode"), Text: req.Text, Complainant: r.PostFormValue("complainant"), Template: r.PostFormValue("template")}
	req.Way = wayOfMode[d.Mode]
	if req.TemplateID, err = web.FormID(r, "template"); err != nil {
		return err
	}
	if req.Way == grievance.PublicWay && r.PostFormValue("personal") != "ok" && personal.MatchString(req.Text) {
		d.Warn = true
		return c.casePage(w, r, v, http.StatusUnprocessableEntity, d)
	}
	err = c.Desk.Reply(r.Context(), v.Who.Actor, id, req)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		d.Error = v.T(invalid.Key, invalid.Args)
		return c.casePage(w, r, v, http.StatusUnprocessableEntity, d)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.reply", c.after(r, v, id))
	return nil
}

// note keeps an internal note, with files.
func (c *Console) note(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	if err := r.ParseMultipartForm(memoryForFiles); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return err
	}
	d := &draft{Mode: noteMode, Text: r.PostFormValue("text")}
	files, err := uploads(r, "files")
	if err == nil {
		err = c.Desk.Note(r.Context(), v.Who.Actor, id, d.Text, files)
	}
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		d.Error = v.T(invalid.Key, invalid.Args)
		return c.casePage(w, r, v, http.StatusUnprocessableEntity, d)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.note", c.after(r, v, id))
	return nil
}

// version reads which version of the report the reviewer read.
func version(r *http.Request) (int, error) {
	n, err := strconv.Atoi(r.PostFormValue("version"))
	if err != nil {
		return 0, grievance.Invalid("version", "error.not_a_choice")
	}
	return n, nil
}

func (c *Console) approve(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	n, err := version(r)
	if err != nil {
		return err
	}
	if err := c.Desk.Approve(r.Context(), v.Who.Actor, id, n); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.approve", c.after(r, v, id))
	return nil
}

func (c *Console) sendBack(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	n, err := version(r)
	if err != nil {
		return err
	}
	if err := c.Desk.SendBack(r.Context(), v.Who.Actor, id, n, r.PostFormValue("reason")); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.send-back", c.after(r, v, id))
	return nil
}

// counting is the table by which the browser counts a reply for X, as the server does.
func (c *Console) counting(w http.ResponseWriter, _ *http.Request, _ *web.Visit) error {
	b, err := text.XTableJSON()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	_, _ = w.Write(b)
	return nil
}
