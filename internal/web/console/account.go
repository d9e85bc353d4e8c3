package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/web"
)

// accountPage is one official account: how it does, and what can be changed of it.
type accountPage struct {
	page
	View      accountView
	Needs     []need
	More      []fact
	Change    bool
	URL       string
	Connected bool
	Again     string // what connecting again is called
}

func accountOf(r *http.Request) (int, error) {
	id, err := strconv.Atoi(r.PathValue("account"))
	if err != nil {
		return 0, grievance.ErrNotFound
	}
	return id, nil
}

// account reads the account of the address; whoever may not change it finds none.
func (c *Console) ownAccount(r *http.Request, v *web.Visit) (office.AccountView, error) {
	id, err := accountOf(r)
	if err != nil {
		return office.AccountView{}, err
	}
	view, err := c.Accounts.Account(r.Context(), v.Who.Actor, id)
	if err == nil && !view.Change {
		err = grievance.ErrNotFound
	}
	return view, err
}

func (c *Console) showAccount(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := accountOf(r)
	if err != nil {
		return err
	}
	view, err := c.Accounts.Account(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	a := view.Account
	p := accountPage{page: base, View: c.account(v, view.Account, view.Health), Change: view.Change, URL: accountURL(a), Connected: a.Connected(), Again: v.T("connect.again")}
	p.page.Hold = ""
	if !p.Connected {
		p.Again = v.T("connect.back")
	}
	for _, x := range view.Warnings {
		p.Needs = append(p.Needs, c.warning(v, a, x))
	}
	p.More = c.accountFacts(v, view)
	return c.Web.Render(w, http.StatusOK, "console/account", p)
}

func accountURL(a grievance.OfficialAccount) string { return "/channels/" + strconv.Itoa(a.ID) }

// accountFacts are what stands on the account's own page only.
func (c *Console) accountFacts(v *web.Visit, view office.AccountView) (all []fact) {
	a, h := view.Account, view.Health
	add := func(key, value string) { all = append(all, fact{Name: v.T(key), Value: value}) }
	add("connect.at", v.T("service."+string(office.ServiceOf(a))))
	add("field.office", c.officeName(v, a.OfficeID))
	add("connect.connected_at", v.Moment(a.ConnectedAt))
	if !a.DisconnectedAt.IsZero() {
		add("connect.disconnected_at", v.Moment(a.DisconnectedAt)+" · "+a.DisconnectReason)
	}
	if !h.TokenAt.IsZero() {
		add("connect.token_at", v.Moment(h.TokenAt))
	}
	if office.ServiceOf(a) != office.Mailbox {
		add("connect.ends_at", c.consentEnd(v, h.ConsentEndsAt))
		missing := v.T("connect.nothing_missing")
		if len(h.Missing) > 0 {
			missing = scopeNames(v, h.Missing)
		}
		add("connect.permissions", missing)
	}
	if a.BudgetMicro > 0 {
		add("connect.budget", v.T("connect.budget_used", "Cost", dollars(h.CostMonthMicro), "Budget", dollars(a.BudgetMicro), "Share", office.Spent(a, h)))
	} else {
		add("connect.budget", v.T("connect.budget_none", "Cost", dollars(h.CostMonthMicro)))
	}
	waits := 0
	for _, n := range view.Replies {
		waits += n
	}
	add("connect.replies", v.Number(waits))
	return all
}

// reconnect asks the owner of the account for consent again, or for the password.
func (c *Console) reconnect(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	view, err := c.ownAccount(r, v)
	if err != nil {
		return err
	}
	a := view.Account
	if office.ServiceOf(a) == office.Mailbox {
		web.Redirect(w, r, "/channels/connect/mailbox?"+mailboxValues(a).Encode())
		return nil
	}
	err = c.begin(w, r, v, office.BeginRequest{AccountID: a.ID})
	if _, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.unconnected(w, r, v, err)
	}
	return err
}

// mailboxValues fills the form of a mailbox with what is known of it.
func mailboxValues(a grievance.OfficialAccount) url.Values {
	q := url.Values{"account": {strconv.Itoa(a.ID)}, "address": {a.Handle}, "username": {a.Settings["username"]}, "authserv": {a.Settings["authserv"]}}
	for _, name := range []string{"imap", "smtp"} {
		if u, err := url.Parse(a.Settings[name]); err == nil && u.Host != "" {
			q.Set(name+"_host", u.Hostname())
			q.Set(name+"_port", u.Port())
			q.Set(name+"_tls", map[bool]string{true: "tls", false: "starttls"}[strings.HasSuffix(u.Scheme, "s")])
		}
	}
	return q
}

func (c *Console) changeAccountForm(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.changeAsk(w, r, v, nil)
}

func (c *Console) changeAsk(w http.ResponseWriter, r *http.Request, v *web.Visit, invalid *grievance.InvalidError) error {
	view, err := c.ownAccount(r, v)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	a, f := view.Account, &forms{console: c, r: r, v: v}
	budget := ""
	if a.BudgetMicro > 0 {
		budget = strconv.FormatFloat(float64(a.BudgetMicro)/1e6, 'f', -1, 64)
	}
	money := f.optional(f.line("text1", "budget", "connect.budget_field", budget))
	money.Hint = v.T("connect.budget_hint")
	return c.ask(w, v, askPage{page: base, Title: v.T("connect.change_title", "Name", a.Name), BackURL: accountURL(a), BackName: a.Name, Action: accountURL(a) + "/change", Send: v.T("common.save"),
		Fields: []field{f.line("text1", "name", "connect.name", a.Name), c.accountOffice(f, a.OfficeID), money}}, invalid)
}

func (c *Console) changeAccount(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := accountOf(r)
	if err != nil {
		return err
	}
	officeID, err := number(r, "office")
	if err != nil {
		return err
	}
	x := office.AccountChange{Name: r.PostFormValue("name"), OfficeID: officeID}
	if text := strings.ReplaceAll(strings.TrimSpace(r.PostFormValue("budget")), ",", ""); text != "" {
		if x.Budget, err = strconv.ParseFloat(text, 64); err != nil {
			return c.changeAsk(w, r, v, grievance.Invalid("budget", "error.account_budget"))
		}
	}
	err = c.Accounts.Change(r.Context(), v.Who.Actor, id, x)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.changeAsk(w, r, v, invalid)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.account_changed", "/channels/"+strconv.Itoa(id))
	return nil
}

func (c *Console) disconnectForm(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.disconnectAsk(w, r, v, nil)
}

func (c *Console) disconnectAsk(w http.ResponseWriter, r *http.Request, v *web.Visit, invalid *grievance.InvalidError) error {
	view, err := c.ownAccount(r, v)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	a, f := view.Account, &forms{console: c, r: r, v: v}
	waits := 0
	for _, n := range view.Replies {
		waits += n
	}
	return c.ask(w, v, askPage{page: base, Title: v.T("connect.disconnect_title", "Name", a.Name), Explain: v.T("connect.disconnect_text") + " " + v.T("connect.disconnect_replies", "Count", waits),
		BackURL: accountURL(a), BackName: a.Name, Action: accountURL(a) + "/disconnect", Send: v.T("connect.disconnect"), Fields: []field{f.line("text", "reason", "field.reason", "")}}, invalid)
}

func (c *Console) disconnect(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := accountOf(r)
	if err != nil {
		return err
	}
	revoked, err := c.Accounts.Disconnect(r.Context(), v.Who.Actor, id, r.PostFormValue("reason"))
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.disconnectAsk(w, r, v, invalid)
	}
	if err != nil {
		return err
	}
	done := "done.disconnected"
	if !revoked {
		done = "done.disconnected_here"
	}
	c.Web.Done(w, r, done, "/channels/"+strconv.Itoa(id))
	return nil
}
