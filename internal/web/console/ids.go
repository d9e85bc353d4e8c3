package console

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// idRoutes manage the official IDs of others.
func (c *Console) idRoutes() []web.Route {
	may := grievance.MayManageOfficers
	return []web.Route{
		{Method: "GET", Pattern: "/ids", Handler: c.ids, May: may},
		{Method: "POST", Pattern: "/ids/invite", Handler: c.inviteAll, May: may},
		{Method: "GET", Pattern: "/ids/links", Handler: c.links, May: may},
		{Method: "GET", Pattern: "/ids/{officer}", Handler: c.id, May: may},
		{Method: "POST", Pattern: "/ids/{officer}/invite", Handler: c.invite, May: may},
		{Method: "POST", Pattern: "/ids/{officer}/reset", Handler: c.manageID(c.Auth.ResetFactor, "done.factor_reset"), May: may},
		{Method: "POST", Pattern: "/ids/{officer}/suspend", Handler: c.manageID(c.Auth.Suspend, "done.suspended"), May: may},
		{Method: "POST", Pattern: "/ids/{officer}/lift", Handler: c.manageID(c.Auth.LiftSuspension, "done.suspension_lifted"), May: may},
		{Method: "POST", Pattern: "/ids/{officer}/sessions/{session}/end", Handler: c.endSessionOf, May: may},
	}
}

// idSign says in a word how far an official ID has come.
func idSign(v *web.Visit, h auth.Holder) sign {
	switch id := h.Identity; {
	case !h.Officer.SuspendedAt.IsZero():
		return sign{Class: "flag flag-late", Icon: "slash-circle", Words: v.T("auth.id_suspended")}
	case id.TakenUp && (id.Factor() || id.Provider):
		return sign{Class: "flag flag-ok", Icon: "check2", Words: v.T("auth.id_taken_up")}
	case id.TakenUp:
		return sign{Class: "flag flag-review", Icon: "hourglass-split", Words: v.T("auth.id_no_factor")}
	case !id.InvitedUntil.IsZero():
		return sign{Class: "flag flag-review", Icon: "hourglass-split", Words: v.T("auth.id_invited")}
	}
	return sign{Class: "flag flag-desk", Icon: "person-x", Words: v.T("auth.id_none")}
}

// ids lists the officers with the state of their official IDs.
func (c *Console) ids(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	all, err := c.Auth.Holders(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	p := tablePage{page: base, Title: v.T("auth.ids"), Text: v.T("auth.ids_text"), Empty: v.T("console.nothing_found"), Path: "/ids", BackURL: "/offices", BackName: v.T("console.offices"),
		Heads: []string{v.T("common.officer"), v.T("console.col_charge"), v.T("auth.official_id"), v.T("auth.last_seen")}}
	wanted := r.URL.Query().Get("state")
	states := field{Name: "state", Label: v.T("auth.official_id")}
	for _, s := range []string{"none", "invited", "taken_up", "suspended"} {
		states.Choices = append(states.Choices, web.Choice{Value: s, Text: v.T("auth.id_" + s), Chosen: s == wanted})
	}
	p.Filters = []field{peopleField(r, v), states}
	waiting := false
	var fitting []auth.Holder
	for _, h := range all {
		waiting = waiting || h.MaySet && len(h.Charges) > 0 && !h.Identity.TakenUp && h.Identity.InvitedUntil.IsZero() && h.Officer.SuspendedAt.IsZero()
		if (wanted == "" || wanted == idState(h)) && named(h.Officer, p.Filters[0].Value) {
			fitting = append(fitting, h)
		}
	}
	fitting, p.MoreURL, err = part(r, fitting)
	if err != nil {
		return err
	}
	for _, h := range fitting {
		s := idSign(v, h)
		state := cell{Sign: &s}
		if !h.Identity.InvitedUntil.IsZero() {
			state.Note = v.T("auth.link_until", "Time", v.Moment(h.Identity.InvitedUntil))
		}
		seen := cell{Class: "nowrap"}
		if !h.Identity.SeenAt.IsZero() {
			seen.Text = v.Moment(h.Identity.SeenAt)
		}
		p.Rows = append(p.Rows, tableRow{Cells: []cell{
			{Text: h.Officer.Name(v.Lang()), URL: "/ids/" + h.Officer.ID.String(), Note: h.Officer.Email}, {Text: c.chargesOf(v, h.Charges)}, state, seen,
		}})
	}
	if waiting {
		p.Above = []button{{URL: "/ids/invite", Name: v.T("auth.invite_all")}}
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

// idState is the value of the list's filter that an officer falls under.
func idState(h auth.Holder) string {
	switch {
	case !h.Officer.SuspendedAt.IsZero():
		return "suspended"
	case h.Identity.TakenUp:
		return "taken_up"
	case !h.Identity.InvitedUntil.IsZero():
		return "invited"
	}
	return "none"
}

func (c *Console) chargesOf(v *web.Visit, charges []grievance.Charge) string {
	var words []string
	for _, ch := range charges {
		words = append(words, ch.Title(v.Lang())+", "+c.officeName(v, ch.OfficeID))
	}
	return strings.Join(words, " · ")
}

// idPage is the official ID of one officer.
type idPage struct {
	page
	Name     string
	State    sign
	Facts    []fact
	May      bool   // suspend and end sessions
	MaySet   bool   // invite and reset
	Reason   string // why nothing can be done
	Invite   string // name of the button; empty: not offered
	Reset    bool
	Unlink   bool
	Suspend  bool
	Lift     bool
	Self     string // address of this page
	Sessions []sessionRow
}

func (c *Console) id(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	officer, err := web.PathID(r, "officer")
	if err != nil {
		return err
	}
	h, sessions, err := c.Auth.Holder(r.Context(), v.Who.Actor, officer)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	id, stands := h.Identity, h.Officer.SuspendedAt.IsZero()
	p := idPage{page: base, Name: h.Officer.Name(v.Lang()), State: idSign(v, h), May: h.May, MaySet: h.MaySet, Self: "/ids/" + officer.String(), Reset: id.Factor(), Suspend: stands, Lift: !stands}
	p.Facts = []fact{{Name: v.T("auth.email"), Value: h.Officer.Email}, {Name: v.T("console.col_charge"), Value: c.chargesOf(v, h.Charges)}}
	if !id.InvitedUntil.IsZero() {
		p.Facts = append(p.Facts, fact{Name: v.T("auth.one_time_link"), Value: v.T("auth.link_until", "Time", v.DateTime(id.InvitedUntil))})
	}
	if id.TakenUp {
		p.Facts = append(p.Facts, fact{Name: v.T("auth.second_factor"), Value: factorWords(v, id)}, fact{Name: v.T("auth.recovery_codes"), Value: v.T("auth.recovery_left", "Count", id.Recovery)})
	}
	if linked := c.linkFact(v, h.Links); linked != nil {
		p.Facts = append(p.Facts, *linked)
	}
	p.Unlink = len(h.Links) > 0
	if stands {
		p.Invite = v.T("auth.invite")
		if id.TakenUp {
			p.Invite = v.T("auth.new_password_link")
		}
	}
	switch {
	case officer == v.Who.Officer.ID:
		p.Reason = v.T("auth.own_id")
	case !h.MaySet:
		p.Reason = v.T("auth.holds_more")
	}
	p.Sessions = sessionRows(v, sessions, 0)
	return c.Web.Render(w, http.StatusOK, "console/id", p)
}

func factorWords(v *web.Visit, id store.Identity) string {
	var words []string
	if id.App {
		words = append(words, v.T("auth.app"))
	}
	if id.Passkeys > 0 {
		words = append(words, v.T("auth.passkeys_count", "Count", id.Passkeys))
	}
	if id.Provider {
		words = append(words, v.T("auth.by_provider"))
	}
	if len(words) == 0 {
		return v.T("auth.no_factor")
	}
	return strings.Join(words, " · ")
}

// invite makes one officer's link and leads to the page that shows it once.
func (c *Console) invite(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	officer, err := web.PathID(r, "officer")
	if err != nil {
		return err
	}
	link, err := c.Auth.Invite(r.Context(), v.Who.Actor, officer)
	if err != nil {
		return err
	}
	return c.toLinks(w, r, []auth.Link{link})
}

func (c *Console) inviteAll(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	links, err := c.Auth.InviteAll(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	return c.toLinks(w, r, links)
}

func (c *Console) toLinks(w http.ResponseWriter, r *http.Request, links []auth.Link) error {
	if err := c.Auth.ShowLinks(r.Context(), links); err != nil {
		return err
	}
	web.Redirect(w, r, "/ids/links")
	return nil
}

// linksPage shows fresh one-time links once, to be handed over.
type linksPage struct {
	page
	Mailed bool // to their officers too
	Links  []linkRow
}

// linkRow is a link with whom it is for.
type linkRow struct{ Name, Email, URL, Until string }

func (c *Console) links(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	links, err := c.Auth.Links(r.Context())
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	p := linksPage{page: base, Mailed: c.Mail}
	for _, l := range links {
		p.Links = append(p.Links, linkRow{Name: grievance.Officer{NameEN: l.Name, NameHI: l.NameHI}.Name(v.Lang()), Email: l.Email, URL: l.URL, Until: v.DateTime(l.Until)})
	}
	return c.Web.Render(w, http.StatusOK, "console/links", p)
}

// manageID does one thing to an officer's ID and says so on its page.
func (c *Console) manageID(do func(ctx context.Context, by grievance.Actor, officer grievance.ID) error, done string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
		officer, err := web.PathID(r, "officer")
		if err != nil {
			return err
		}
		// Done already, by a second click: the page shows it.
		if err := do(r.Context(), v.Who.Actor, officer); err != nil && !errors.Is(err, grievance.ErrConflict) {
			return err
		}
		c.Web.Done(w, r, done, "/ids/"+officer.String())
		return nil
	}
}

func (c *Console) endSessionOf(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	officer, err := web.PathID(r, "officer")
	if err != nil {
		return err
	}
	session, err := web.PathID(r, "session")
	if err != nil {
		return err
	}
	if err := c.Auth.EndSession(r.Context(), v.Who.Actor, officer, session); err != nil && !errors.Is(err, grievance.ErrNotFound) {
		return err
	}
	c.Web.Done(w, r, "done.session_ended", "/ids/"+officer.String())
	return nil
}
