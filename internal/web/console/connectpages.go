package console

import (
	"errors"
	"net/http"
	"strconv"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/web"
)

// pagesPage lets an officer choose among the pages that the owner's consent opened.
type pagesPage struct {
	page
	Office string
	Pages  []pageChoice
	Error  string
}

// pageChoice is a page with what was granted there.
type pageChoice struct {
	ID, Name, Missing string
	Chosen            bool
}

func (c *Console) choosePages(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.pagesPage(w, r, v, http.StatusOK, "")
}

func (c *Console) pagesPage(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, problem string) error {
	at, err := c.Accounts.Attempt(v.Who.Actor, c.Auth.Kept(r.Context(), attemptKept))
	if err != nil {
		return c.unconnected(w, r, v, err)
	}
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	p := pagesPage{page: base, Office: c.officeName(v, at.OfficeID), Error: problem}
	for _, g := range at.Grants {
		p.Pages = append(p.Pages, pageOf(v, g, len(at.Grants) == 1))
	}
	return c.Web.Render(w, status, "console/connectpages", p)
}

func pageOf(v *web.Visit, g connector.Grant, chosen bool) pageChoice {
	x := pageChoice{ID: g.ExternalID, Name: g.Name, Chosen: chosen}
	if len(g.Standing.Missing) > 0 {
		x.Missing = v.T("connect.missing", "Missing", scopeNames(v, g.Standing.Missing))
	}
	return x
}

func (c *Console) connectPages(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if err := r.ParseForm(); err != nil {
		return grievance.Invalid("page", "error.not_a_choice")
	}
	ctx := r.Context()
	sealed := c.Auth.Kept(ctx, attemptKept)
	at, err := c.Accounts.Attempt(v.Who.Actor, sealed)
	if err != nil {
		return c.unconnected(w, r, v, err)
	}
	ids, err := c.Accounts.Choose(ctx, v.Who.Actor, sealed, r.PostForm["page"])
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.pagesPage(w, r, v, http.StatusUnprocessableEntity, v.T(invalid.Key, invalid.Args))
	}
	if err != nil {
		return err
	}
	c.Auth.Keep(ctx, attemptKept, "")
	to := "/channels"
	if len(ids) == 1 {
		to += "/" + strconv.Itoa(ids[0])
	}
	c.Web.Done(w, r, connectedKey(at), to)
	return nil
}

// mailboxForm asks for the servers and the app password of a mailbox.
func (c *Console) mailboxForm(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.mailboxAsk(w, r, v, nil)
}

func (c *Console) mailboxAsk(w http.ResponseWriter, r *http.Request, v *web.Visit, invalid *grievance.InvalidError) error {
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	f := &forms{console: c, r: r, v: v}
	p := askPage{page: base, Title: v.T("connect.mailbox_title"), Explain: v.T("connect.mailbox_text"), BackURL: "/channels", BackName: v.T("console.channels"), Action: "/channels/connect/mailbox", Send: v.T("connect.try")}
	if again := f.typed("account", ""); again != "" {
		p.Fields = append(p.Fields, field{Kind: "hidden", Name: "account", Value: again}, field{Kind: "hidden", Name: "address", Value: f.typed("address", "")})
	} else {
		p.Fields = append(p.Fields, c.accountOffice(f, 0), f.line("email", "address", "connect.address", ""))
	}
	password := f.line("password", "password", "connect.password", "")
	password.Value, password.Hint = "", v.T("connect.password_hint") // a password is never sent back
	username, authserv := f.optional(f.line("text1", "username", "connect.username", "")), f.optional(f.line("text1", "authserv", "connect.authserv", ""))
	username.Hint, authserv.Hint = v.T("connect.username_hint"), v.T("connect.authserv_hint")
	p.Fields = append(p.Fields, username, password,
		f.line("text1", "imap_host", "connect.imap_host", ""), f.line("text1", "imap_port", "connect.imap_port", "993"), f.lineSecurity("imap_tls", "connect.imap_tls"),
		f.line("text1", "smtp_host", "connect.smtp_host", ""), f.line("text1", "smtp_port", "connect.smtp_port", "465"), f.lineSecurity("smtp_tls", "connect.smtp_tls"), authserv)
	return c.ask(w, v, p, invalid)
}

// lineSecurity asks how the line to a mail server is kept private.
func (f *forms) lineSecurity(name, label string) field {
	return f.radio(f.choice(name, label, "tls", []web.Choice{{Value: "tls", Text: f.v.T("connect.tls")}, {Value: "starttls", Text: f.v.T("connect.starttls")}}))
}

func (c *Console) connectMailbox(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	officeID, err := number(r, "office")
	if err != nil {
		return err
	}
	account, err := number(r, "account")
	if err != nil {
		return err
	}
	server := func(name string) office.MailServer {
		return office.MailServer{Host: r.PostFormValue(name + "_host"), Port: r.PostFormValue(name + "_port"), StartTLS: r.PostFormValue(name+"_tls") == "starttls"}
	}
	id, err := c.Accounts.ConnectMailbox(r.Context(), v.Who.Actor, office.MailboxRequest{
		OfficeID: officeID, AccountID: account, Address: r.PostFormValue("address"), Username: r.PostFormValue("username"), Password: r.PostFormValue("password"),
		IMAP: server("imap"), SMTP: server("smtp"), AuthServID: r.PostFormValue("authserv"),
	})
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.mailboxAsk(w, r, v, invalid)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, connectedKey(office.Attempt{AccountID: account}), "/channels/"+strconv.Itoa(id))
	return nil
}
