package console

import (
	"net/http"
	"strconv"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/web"
)

// What follows asks about officers and their charges.

// officersNow lists the officers who are not suspended.
func (f *orgAsk) officersNow(name string) field {
	all, err := f.console.Org.Officers(f.r.Context(), f.v.Who.Actor)
	f.err = err
	var choices []web.Choice
	for _, o := range all {
		if o.SuspendedAt.IsZero() && !f.v.Who.Actor.Is(o.ID) {
			choices = append(choices, web.Choice{Value: o.ID.String(), Text: o.Name(f.v.Lang()) + ", " + o.Email})
		}
	}
	return f.pick(name, "", false, choices)
}

func officerFields(f *orgAsk) []field {
	var o grievance.Officer
	if f.r.PathValue("officer") != "" {
		view, err := f.console.Org.ViewOfficer(f.r.Context(), f.v.Who.Actor, orgPathID(f, "officer"))
		o, f.err = view.Officer, err
	}
	return []field{f.text("email", o.Email, false), f.text("name_en", o.NameEN, false), f.text("name_hi", o.NameHI, true)}
}

func doSaveOfficer(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	o := grievance.Officer{Email: r.PostFormValue("email"), NameEN: r.PostFormValue("name_en"), NameHI: r.PostFormValue("name_hi")}
	if r.PathValue("officer") != "" {
		var err error
		if o.ID, err = web.PathID(r, "officer"); err != nil {
			return "", err
		}
	}
	id, err := c.Org.SaveOfficer(r.Context(), by, o)
	return "/officers/" + id.String(), err
}

// chargeFields ask what a charge is.
func (f *orgAsk) chargeFields(c grievance.Charge) []field {
	return []field{f.text("title_en", c.TitleEN, false), f.text("title_hi", c.TitleHI, true), f.day("from", office.Day(f.console.Now()), false), f.day("to", "", true), f.tick("duty", c.Duty), f.tick("additional", c.Additional)}
}

func appointFields(f *orgAsk) []field {
	f.officeOfPath()
	if f.err != nil {
		return nil
	}
	return append([]field{f.officersNow("officer"), f.roles("")}, f.chargeFields(grievance.Charge{})...)
}

func readAppointment(r *http.Request) (a office.Appointment, err error) {
	a = office.Appointment{Role: grievance.Role(r.PostFormValue("role")), TitleEN: r.PostFormValue("title_en"), TitleHI: r.PostFormValue("title_hi"),
		Duty: r.PostFormValue("duty") == "yes", Additional: r.PostFormValue("additional") == "yes"}
	if a.OfficerID, err = web.FormID(r, "officer"); err != nil {
		return a, err
	}
	a.From, a.To, err = period(r)
	return a, err
}

func doAppoint(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	a, err := readAppointment(r)
	if err != nil {
		return "", err
	}
	if a.OfficeID, err = strconv.Atoi(r.PathValue("office")); err != nil {
		return "", grievance.ErrNotFound
	}
	_, err = c.Org.Appoint(r.Context(), by, a)
	return "", err
}

// charge is the one that the address names.
func (f *orgAsk) charge() grievance.Charge {
	c, _, err := f.console.Org.Charge(f.r.Context(), f.v.Who.Actor, orgPathID(f, "charge"))
	if err != nil {
		f.err = err
	}
	return c
}

func changeChargeFields(f *orgAsk) []field {
	c := f.charge()
	return []field{f.text("title_en", c.TitleEN, false), f.text("title_hi", c.TitleHI, true), f.day("to", office.LastDay(c.To), true), f.tick("duty", c.Duty), f.tick("additional", c.Additional)}
}

func doChangeCharge(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	id, err := web.PathID(r, "charge")
	if err != nil {
		return "", err
	}
	_, to, err := period(r)
	if err != nil {
		return "", err
	}
	return "", c.Org.ChangeCharge(r.Context(), by, id, office.ChargeChange{TitleEN: r.PostFormValue("title_en"), TitleHI: r.PostFormValue("title_hi"), To: to,
		Duty: r.PostFormValue("duty") == "yes", Additional: r.PostFormValue("additional") == "yes"})
}

// endingFields ask when a charge ends and who follows.
func (f *orgAsk) endingFields() []field {
	c := f.charge()
	if f.err != nil {
		return nil
	}
	v, err := f.console.Org.View(f.r.Context(), f.v.Who.Actor, c.OfficeID)
	f.err = err
	var choices []web.Choice
	for _, h := range v.Held {
		if h.OfficerID != c.OfficerID && !h.Suspended {
			choices = append(choices, web.Choice{Value: h.OfficerID.String(), Text: v.Officers[h.OfficerID].Name(f.v.Lang()) + ", " + h.Title(f.v.Lang())})
		}
	}
	successor := f.pick("successor", "", true, choices)
	successor.Empty = f.v.T("org.cases_wait")
	last := f.day("last_day", "", true)
	last.Hint = f.v.T("org.last_day_hint")
	return []field{last, successor}
}

func endFields(f *orgAsk) []field { return f.endingFields() }

func readEnding(r *http.Request) (e desk.Ending, err error) {
	if e.ChargeID, err = web.PathID(r, "charge"); err != nil {
		return e, err
	}
	if e.At, err = office.ParseLastDay("last_day", r.PostFormValue("last_day")); err != nil {
		return e, err
	}
	e.SuccessorID, err = web.FormID(r, "successor")
	return e, err
}

func doEndCharge(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	e, err := readEnding(r)
	if err != nil {
		return "", err
	}
	id, err := c.Desk.EndCharge(r.Context(), by, e)
	return "/handovers/" + id.String(), err
}

func transferFields(f *orgAsk) []field {
	c := f.charge()
	fields := f.endingFields()
	fields = append(fields, f.officesOpen("office", 0, false, func(o grievance.Office) bool { return o.ID != c.OfficeID }), f.roles(c.Role))
	return append(fields, f.text("title_en", c.TitleEN, false), f.text("title_hi", c.TitleHI, true), f.tick("duty", c.Duty))
}

func doTransfer(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	e, err := readEnding(r)
	if err != nil {
		return "", err
	}
	to, err := readAppointment(r)
	if err != nil {
		return "", err
	}
	if to.OfficeID, err = number(r, "office"); err != nil {
		return "", err
	}
	id, err := c.Desk.Transfer(r.Context(), by, e, to)
	return "/handovers/" + id.String(), err
}

// leaveOf is whose leave it is: the officer of the address, else the own.
func leaveOf(r *http.Request, by grievance.Actor) (grievance.ID, error) {
	if r.PathValue("officer") == "" {
		return by.ID, nil
	}
	return web.PathID(r, "officer")
}

func leaveFields(f *orgAsk) []field {
	by := f.v.Who.Actor
	officer, err := leaveOf(f.r, by)
	if err != nil {
		f.err = err
		return nil
	}
	view, err := f.console.Org.ViewOfficer(f.r.Context(), by, officer)
	if err != nil {
		f.err = err
		return nil
	}
	fit, err := f.console.Org.Substitutes(f.r.Context(), by, officer)
	if err != nil {
		f.err = err
		return nil
	}
	var charges, substitutes []web.Choice
	for _, h := range view.Held {
		charges = append(charges, web.Choice{Value: h.ID.String(), Text: h.Title(f.v.Lang()) + ", " + f.console.officeName(f.v, h.OfficeID)})
	}
	for _, h := range fit {
		if h.OfficerID != by.ID {
			substitutes = append(substitutes, web.Choice{Value: h.OfficerID.String(), Text: h.Officer.Name(f.v.Lang()) + ", " + h.Title(f.v.Lang()) + ", " + f.console.officeName(f.v, h.OfficeID)})
		}
	}
	all := f.pick("charge", "", true, charges)
	all.Empty = f.v.T("org.all_charges")
	nobody := f.pick("substitute", "", true, substitutes)
	nobody.Empty = f.v.T("org.level_above")
	return []field{f.day("from", office.Day(f.console.Now()), false), f.day("to", "", false), nobody, all}
}

func doLeave(c *Console, r *http.Request, by grievance.Actor) (string, error) {
	a := office.Absence{}
	var err error
	if a.OfficerID, err = leaveOf(r, by); err != nil {
		return "", err
	}
	if a.ChargeID, err = web.FormID(r, "charge"); err != nil {
		return "", err
	}
	if a.SubstituteID, err = web.FormID(r, "substitute"); err != nil {
		return "", err
	}
	if a.From, a.To, err = period(r); err != nil {
		return "", err
	}
	return "", c.Org.TakeLeave(r.Context(), by, a)
}

// endLeave calls an officer back.
func (c *Console) endLeave(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "leave")
	if err != nil {
		return err
	}
	if err := c.Org.EndLeave(r.Context(), v.Who.Actor, id); err != nil {
		return err
	}
	c.Web.Done(w, r, "done.leave_ended", web.LocalPath(r.FormValue("back"), "/leave"))
	return nil
}
