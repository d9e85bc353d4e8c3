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
func (p *askPage) refuse(v *web.Visit, invalid *grievance.InvalidError) int {
	p.CaseURL = p.BackURL
	if invalid == nil {
		return http.StatusOK
	}
	words := v.T(invalid.Key, invalid.Args)
	p.Errors = []fieldError{{invalid.Field, words}}
	for i := range p.Fields {
		if p.Fields[i].Name == invalid.Field {
			p.Fields[i].Error = words
		}
	}
	return http.StatusUnprocessableEntity
}
