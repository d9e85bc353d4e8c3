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

func (c *Console) connectRoutes() []web.Route {
	may := grievance.MayConnect
	return []web.Route{
		{Method: "GET", Pattern: "/channels/connect", Handler: c.connectForm, May: may},
		{Method: "POST", Pattern: "/channels/connect", Handler: c.connect, May: may},
		{Method: "GET", Pattern: "/channels/connect/consent", Handler: c.consent, May: may},
		{Method: "GET", Pattern: "/channels/connect/{service}/callback", Handler: c.consented, May: may},
		{Method: "GET", Pattern: "/channels/connect/pages", Handler: c.choosePages, May: may},
		{Method: "POST", Pattern: "/channels/connect/pages", Handler: c.connectPages, May: may},
		{Method: "GET", Pattern: "/channels/connect/mailbox", Handler: c.mailboxForm, May: may},
		{Method: "POST", Pattern: "/channels/connect/mailbox", Handler: c.connectMailbox, May: may},
		{Method: "GET", Pattern: "/channels/{account}", Handler: c.showAccount, May: grievance.MaySeeChannels},
		{Method: "POST", Pattern: "/channels/{account}/reconnect", Handler: c.reconnect, May: may},
		{Method: "GET", Pattern: "/channels/{account}/change", Handler: c.changeAccountForm, May: may},
		{Method: "POST", Pattern: "/channels/{account}/change", Handler: c.changeAccount, May: may},
		{Method: "GET", Pattern: "/channels/{account}/disconnect", Handler: c.disconnectForm, May: may},
		{Method: "POST", Pattern: "/channels/{account}/disconnect", Handler: c.disconnect, May: may},
	}
}

// attemptKept names the connection that was begun in the session.
const attemptKept = "attempt"

// connectForm asks what is to be connected, and for which office.
func (c *Console) connectForm(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.connectAsk(w, r, v, nil)
}

func (c *Console) connectAsk(w http.ResponseWriter, r *http.Request, v *web.Visit, invalid *grievance.InvalidError) error {
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	f := &forms{console: c, r: r, v: v}
	services := f.radio(f.choice("service", "connect.service", "", c.serviceChoices(v)))
	address := f.optional(f.line("email", "address", "connect.address", ""))
	address.Hint = v.T("connect.address_hint")
	return c.ask(w, v, askPage{page: base, Title: v.T("connect.title"), Explain: v.T("connect.text"), BackURL: "/channels", BackName: v.T("console.channels"),
		Action: "/channels/connect", Send: v.T("connect.next"), Fields: []field{services, c.accountOffice(f, 0), address}}, invalid)
}

// serviceChoices lists the services at which accounts can be connected here.
func (c *Console) serviceChoices(v *web.Visit) (all []web.Choice) {
	for _, s := range office.Services {
		hint := v.T("connect.hint_" + string(s))
		if s != office.Mailbox && c.Accounts.Authorizers[s] == nil {
			hint = v.T("connect.error_not_set_up")
		}
		all = append(all, web.Choice{Value: string(s), Text: v.T("service." + string(s)), Hint: hint})
	}
	return all
}

// accountOffice asks to which office an account belongs: one within the officer's reach.
func (c *Console) accountOffice(f *forms, chosen int) field {
	x := f.choice("office", "field.office", idText(chosen), nil)
	want := f.typed("office", idText(chosen))
	byDistrict := map[int][]web.Choice{}
	for _, o := range c.Accounts.Offices(f.v.Who.Actor) {
		id := strconv.Itoa(o.ID)
		byDistrict[o.DistrictID] = append(byDistrict[o.DistrictID], web.Choice{Value: id, Text: o.Name(f.v.Lang()), Chosen: id == want})
	}
	add := func(district int, name string) {
		if len(byDistrict[district]) > 0 {
			x.Groups = append(x.Groups, web.Group{Name: name, Choices: byDistrict[district]})
		}
	}
	add(0, f.v.T("console.whole_state"))
	for _, d := range c.Office.Districts() {
		add(d.ID, d.Name(f.v.Lang()))
	}
	return x
}

// connect begins a connection: next comes the service's page, by way of ours that says
// what it will ask; or the form of a mailbox with a password.
func (c *Console) connect(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	officeID, err := number(r, "office")
	if err != nil {
		return err
	}
	service, address := office.Service(r.PostFormValue("service")), r.PostFormValue("address")
	if service == office.Mailbox {
		web.Redirect(w, r, "/channels/connect/mailbox?"+url.Values{"office": {idText(officeID)}, "address": {address}}.Encode())
		return nil
	}
	err = c.begin(w, r, v, office.BeginRequest{Service: service, OfficeID: officeID, Mailbox: address})
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.connectAsk(w, r, v, invalid)
	}
	return err
}

// begin keeps the attempt in the session and leads to the page before the service's.
func (c *Console) begin(w http.ResponseWriter, r *http.Request, v *web.Visit, q office.BeginRequest) error {
	sealed, err := c.Accounts.Begin(r.Context(), v.Who.Actor, q)
	if err != nil {
		return err
	}
	c.Auth.Keep(r.Context(), attemptKept, sealed)
	web.Redirect(w, r, "/channels/connect/consent")
	return nil
}

// consentPage says what the service will ask its owner for, and leads there.
type consentPage struct {
	page
	Service, Office, Account string
	Address                  string // of the service's page
	Scopes                   []string
}

func (c *Console) consent(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	at, err := c.Accounts.Attempt(v.Who.Actor, c.Auth.Kept(r.Context(), attemptKept))
	if err != nil {
		return c.unconnected(w, r, v, err)
	}
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	p := consentPage{page: base, Service: v.T("service." + string(at.Service)), Office: c.officeName(v, at.OfficeID), Account: at.Consent.Mailbox, Address: c.Accounts.ConsentAddress(at)}
	if at.AccountID != 0 {
		view, err := c.Accounts.Account(r.Context(), v.Who.Actor, at.AccountID)
		if err != nil {
			return err
		}
		p.Account = view.Account.Handle
	}
	for _, s := range c.Accounts.Scopes(at.Service) {
		p.Scopes = append(p.Scopes, scopeName(v, s))
	}
	return c.Web.Render(w, http.StatusOK, "console/consent", p)
}

// scopeName says what a permission allows, in words.
func scopeName(v *web.Visit, scope string) string {
	scope = strings.TrimSuffix(scope, "/")
	return v.T("scope." + scope[strings.LastIndex(scope, "/")+1:])
}

func scopeNames(v *web.Visit, scopes []string) string {
	var names []string
	for _, s := range scopes {
		names = append(names, scopeName(v, s))
	}
	return strings.Join(names, "; ")
}

// consented is where the service sends the owner back.
func (c *Console) consented(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	ctx, q := r.Context(), r.URL.Query()
	sealed := c.Auth.Kept(ctx, attemptKept)
	c.Auth.Keep(ctx, attemptKept, "") // once
	at, err := c.Accounts.Attempt(v.Who.Actor, sealed)
	if err == nil && string(at.Service) != r.PathValue("service") {
		err = grievance.Invalid("service", "connect.error_over")
	}
	if err != nil {
		return c.unconnected(w, r, v, err)
	}
	ids, further, err := c.Accounts.Redeem(ctx, v.Who.Actor, sealed, q.Get("state"), q.Get("code"))
	if err != nil {
		return c.unconnected(w, r, v, err)
	}
	if further != "" {
		c.Auth.Keep(ctx, attemptKept, further)
		web.Redirect(w, r, "/channels/connect/pages")
		return nil
	}
	c.Web.Done(w, r, connectedKey(at), "/channels/"+strconv.Itoa(ids[0]))
	return nil
}

func connectedKey(at office.Attempt) string {
	if at.AccountID != 0 {
		return "done.reconnected"
	}
	return "done.connected"
}

// unconnectedPage says why nothing was connected, and leads back to the beginning.
type unconnectedPage struct {
	page
	Why string
}

func (c *Console) unconnected(w http.ResponseWriter, r *http.Request, v *web.Visit, err error) error {
	invalid, ok := errors.AsType[*grievance.InvalidError](err)
	if !ok {
		return err
	}
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	return c.Web.Render(w, http.StatusUnprocessableEntity, "console/unconnected", unconnectedPage{page: base, Why: v.T(invalid.Key, invalid.Args)})
}
