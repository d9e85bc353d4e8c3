package console

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// wayOfMode is the desk's word for what is written in a mode of the composer.
var wayOfMode = map[string]grievance.Way{publicMode: grievance.PublicWay, privateMode: grievance.PrivateWay, noteMode: grievance.NoteWay}

// offerTemplates lists what can be begun from in a way that is open.
func (c *Console) offerTemplates(ctx context.Context, v *web.Visit, cv *desk.CaseView, d *draft, w *way) error {
	if w.Closed != "" {
		return nil
	}
	q := desk.TemplateQuestion{Way: wayOfMode[w.Key]}
	if w.Key != noteMode {
		k := chosenComplainant(cv, w)
		if k == nil {
			return nil
		}
		q.ComplainantID = k.ID
	}
	all, err := c.Desk.FittingTemplates(ctx, v.Who.Actor, cv.Case.ID, q)
	for _, t := range all {
		id := t.ID.String()
		w.Templates = append(w.Templates, web.Choice{Value: id, Text: t.Name, Chosen: d.Mode == w.Key && d.Template == id})
	}
	return err
}

// templateQuestion reads what is being written, and to whom.
func templateQuestion(r *http.Request) (q desk.TemplateQuestion, err error) {
	q.Way = wayOfMode[r.FormValue("mode")]
	if q.AccountID, err = number(r, "account"); err != nil || q.Way == "" {
		return q, grievance.ErrNotFound
	}
	q.ComplainantID, err = web.FormID(r, "complainant")
	return q, err
}

// fittingTemplate is a template as the composer's script takes it.
type fittingTemplate struct {
	ID     grievance.ID `json:"id"`
	Name   string       `json:"name"`
	Lang   string       `json:"lang"`
	Text   string       `json:"text"`
	Length int          `json:"length"`
	Limit  int          `json:"limit"`
	Over   bool         `json:"over"`
}

// fittingTemplates gives the composer's script the templates that fit, filled.
func (c *Console) fittingTemplates(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	q, err := templateQuestion(r)
	if err != nil {
		return err
	}
	all, err := c.Desk.FittingTemplates(r.Context(), v.Who.Actor, id, q)
	if err != nil {
		return err
	}
	out := make([]fittingTemplate, 0, len(all))
	for _, t := range all {
		out = append(out, fittingTemplate{ID: t.ID, Name: t.Name, Lang: t.Lang, Text: t.Text, Length: t.Length, Limit: t.Limit, Over: !t.Reaches})
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(out)
}

// insertTemplate shows the case again with the template's words in the composer, for a
// browser without scripts. What was typed before stays above them.
func (c *Console) insertTemplate(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	q, err := templateQuestion(r)
	if err != nil {
		return err
	}
	d := &draft{Mode: r.PostFormValue("mode"), Text: r.PostFormValue("text"), Complainant: r.PostFormValue("complainant"), Template: r.PostFormValue("template")}
	template, err := web.FormID(r, "template")
	if err != nil {
		return err
	}
	if template != 0 {
		t, err := c.Desk.FillTemplate(r.Context(), v.Who.Actor, id, template, q)
		if err != nil {
			return err
		}
		if unwritten(v.Who.Officer, d.Text) && strings.HasSuffix(t.Text, strings.TrimSpace(d.Text)) {
			d.Text = "" // the template signs by itself
		}
		d.Text = strings.TrimSpace(strings.TrimSpace(d.Text) + "\n" + t.Text)
	}
	return c.casePage(w, r, v, http.StatusOK, d)
}
