package console

import (
	"errors"
	"net/http"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// invitationRoutes are what a one-time link opens.
func (c *Console) invitationRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/invitation/{token}", Handler: c.showInvitation, Public: true},
		{Method: "POST", Pattern: "/invitation/{token}", Handler: c.takeUp, Public: true},
	}
}

// invitationPage says who invites to what and asks for a password.
type invitationPage struct {
	web.Page
	Token, Name, Email string
	By                 string // who invites, in a sentence
	Until              string
	TakenUp            bool // a new password for an ID that is in use
	Charges            []string
	Fields             []field
	Problem            string // instead of all else
}

func (c *Console) showInvitation(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.invitation(w, r, v, nil)
}

// invitation shows the page, again with what was wrong where there is something.
func (c *Console) invitation(w http.ResponseWriter, r *http.Request, v *web.Visit, invalid *grievance.InvalidError) error {
	token := r.PathValue("token")
	in, err := c.Auth.Invited(r.Context(), token, v.Address)
	if refused, ok := errors.AsType[*auth.RefusedError](err); ok {
		return c.linkOver(w, v, refused)
	}
	if err != nil {
		return err
	}
	p := invitationPage{Page: c.Web.Page(v), Token: token, Name: in.Officer.Name(v.Lang()), Email: in.Officer.Email, TakenUp: in.TakenUp, Until: v.DateTime(in.Until)}
	p.By = v.T("auth.invited_by_command")
	if in.By.ID != 0 {
		p.By = v.T("auth.invited_by", "Name", in.By.Name(v.Lang()))
	}
	for _, ch := range in.Charges {
		p.Charges = append(p.Charges, ch.Title(v.Lang())+", "+c.officeName(v, ch.OfficeID))
	}
	p.Fields = newPasswordFields(v)
	status := http.StatusOK
	if invalid != nil {
		status = http.StatusUnprocessableEntity
		atField(v, p.Fields, invalid)
	}
	return c.Web.Render(w, status, "signin/invitation", p)
}

// linkOver is the page of a link that was used, has ended or never was.
func (c *Console) linkOver(w http.ResponseWriter, v *web.Visit, refused *auth.RefusedError) error {
	status := refusedStatus(refused)
	if refused.Wait == 0 {
		status = http.StatusNotFound
	}
	return c.Web.Render(w, status, "signin/invitation", invitationPage{Page: c.Web.Page(v), Problem: refusedWords(v, refused)})
}

// newPasswordFields ask for a new password twice.
func newPasswordFields(v *web.Visit) []field {
	return []field{
		{Kind: "password", Name: "password", Label: v.T("auth.new_password"), Hint: v.T("auth.password_hint"), Complete: "new-password"},
		{Kind: "password", Name: "again", Label: v.T("auth.password_again"), Complete: "new-password"},
	}
}

// atField puts what is wrong at the field of its name, or at the first.
func atField(v *web.Visit, fields []field, invalid *grievance.InvalidError) {
	for i := range fields {
		if fields[i].Name == invalid.Field {
			fields[i].Error = v.T(invalid.Key)
			return
		}
	}
	fields[0].Error = v.T(invalid.Key)
}

// typedTwice is the new password of the form, when both fields agree.
func typedTwice(r *http.Request) (string, error) {
	password := r.PostFormValue("password")
	if password != r.PostFormValue("again") {
		return "", grievance.Invalid("again", "auth.not_the_same")
	}
	return password, nil
}

// takeUp sets the password and goes on to the second factor.
func (c *Console) takeUp(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	var stage auth.Stage
	password, err := typedTwice(r)
	if err == nil {
		stage, err = c.Auth.TakeUp(r.Context(), r.PathValue("token"), password, v.Address)
	}
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.invitation(w, r, v, invalid)
	}
	if refused, ok := errors.AsType[*auth.RefusedError](err); ok {
		return c.linkOver(w, v, refused)
	}
	if err != nil {
		return err
	}
	c.onward(w, r, stage)
	return nil
}
