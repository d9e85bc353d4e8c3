package console

import (
	"net/http"

	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// askPage is a form that stands by itself, outside a case.
type askPage struct {
	page
	Title, Explain    string
	BackURL, BackName string
	Send, CaseURL     string // CaseURL is where giving up leads
	Action, Back      string
	Files             bool
	Fields            []field
	Errors            []fieldError
}

// ask shows the form; invalid says which field could not be taken.
func (c *Console) ask(w http.ResponseWriter, v *web.Visit, p askPage, invalid *grievance.InvalidError) error {
	return c.Web.Render(w, p.refuse(v, invalid), "console/ask", p)
}

// refuse marks the field that could not be taken, and gives the status of the answer.
func (p *askPage) refuse(v *web.Visit, invalid *grievance.InvalidError) (status int) {
	p.CaseURL = p.BackURL
	status, p.Errors = refusedFields(v, p.Fields, invalid)
	return status
}

// refusedFields says at the field what is wrong with it, if anything is, and gives the status of
// the answer and what stands above the form.
func refusedFields(v *web.Visit, fields []field, invalid *grievance.InvalidError) (status int, problems []fieldError) {
	if invalid == nil {
		return http.StatusOK, nil
	}
	words := v.T(invalid.Key, invalid.Args)
	for i := range fields {
		if fields[i].Name == invalid.Field {
			fields[i].Error = words
		}
	}
	return http.StatusUnprocessableEntity, []fieldError{{invalid.Field, words}}
}
