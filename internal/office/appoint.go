package office

import (
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Appointment is a charge to be given to an officer.
type Appointment struct {
	OfficerID        grievance.ID
	OfficeID         int
	Role             grievance.Role
	TitleEN, TitleHI string
	From, To         time.Time // From zero: now; To zero: open
	Duty             bool      // is told of danger at once
	Additional       bool      // beside another charge, until somebody is appointed
}

// SaveOfficer adds an officer (ID 0), without a sign-in, or changes name and address.
func (o *Organisation) SaveOfficer(ctx context.Context, by grievance.Actor, p grievance.Officer) (grievance.ID, error) {
	err := o.change(ctx, by, grievance.MayManageOfficers, func(tx *store.Tx, now time.Time) error {
		return o.Directory.saveOfficer(ctx, tx, by, &p, now)
	})
	if err != nil {
		return 0, fmt.Errorf("save officer: %w", err)
	}
	return p.ID, nil
}

func (d *Directory) saveOfficer(ctx context.Context, tx *store.Tx, by grievance.Actor, p *grievance.Officer, now time.Time) error {
	if err := CheckOfficer(p); err != nil {
		return err
	}
	same, _, err := tx.OfficerByEmail(ctx, p.Email)
	switch {
	case err == nil && same.ID != p.ID:
		return grievance.Invalid("email", "error.email_taken")
	case err != nil && !isNone(err):
		return err
	}
	event := "officer.changed"
	if p.ID == 0 {
		event, p.ID, p.Keys = "officer.added", tx.NewID(now), true
	} else {
		was, err := tx.Officer(ctx, p.ID)
		if err != nil {
			return err
		}
		if p.Email != strings.ToLower(was.Email) {
			if err := d.mayReaddress(ctx, tx, by, p.ID, now); err != nil {
				return err
			}
		}
		p.Language, p.Keys, p.SuspendedAt = was.Language, was.Keys, was.SuspendedAt
		if err := tx.Notify(ctx, store.Notice{OfficerID: p.ID, Kind: "notice.officer_changed", At: now}); err != nil {
			return err
		}
	}
	if err := tx.SaveOfficer(ctx, *p); err != nil {
		return err
	}
	return tx.RecordOffice(ctx, by, event, map[string]any{"officer": p.ID}, now)
}

// CheckOfficer tidies what was typed of an officer and says what cannot be taken.
func CheckOfficer(p *grievance.Officer) error {
	trim(&p.Email, &p.NameEN, &p.NameHI)
	p.Email = strings.ToLower(p.Email)
	if a, err := mail.ParseAddress(p.Email); err != nil || a.Address != p.Email || len(p.Email) > 200 {
		return grievance.Invalid("email", "error.email")
	}
	if p.NameEN == "" {
		return grievance.Invalid("name_en", "error.name_required")
	}
	if p.Language != "hi" {
		p.Language = "en"
	}
	return nil
}

// Appoint gives a charge to an officer. It refuses what the actor may not grant
// (MayGrant), a charge for the actor, and one that the officer holds already.
func (o *Organisation) Appoint(ctx context.Context, by grievance.Actor, a Appointment) (id grievance.ID, err error) {
	err = o.change(ctx, by, grievance.MayManageOfficers, func(tx *store.Tx, now time.Time) error {
		c, err := o.Directory.Appoint(ctx, tx, by, a, now)
		id = c.ID
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("appoint to office %d: %w", a.OfficeID, err)
	}
	return id, nil
}

// Appoint is Organisation.Appoint inside the caller's transaction.
func (d *Directory) Appoint(ctx context.Context, tx *store.Tx, by grievance.Actor, a Appointment, now time.Time) (grievance.Charge, error) {
	if !by.May(grievance.MayManageOfficers) {
		return grievance.Charge{}, grievance.ErrForbidden
	}
	if err := d.checkAppointment(ctx, tx, by, &a, now); err != nil {
		return grievance.Charge{}, err
	}
	c := grievance.Charge{ID: tx.NewID(now), OfficerID: a.OfficerID, OfficeID: a.OfficeID, Role: a.Role, TitleEN: a.TitleEN, TitleHI: a.TitleHI,
		From: a.From, To: a.To, Duty: a.Duty, Additional: a.Additional}
	if err := tx.SaveCharge(ctx, c); err != nil {
		return c, err
	}
	if err := tx.RecordOffice(ctx, by, "charge.given", map[string]any{"officer": c.OfficerID, "charge": c.ID, "office": c.OfficeID, "role": c.Role, "from": c.From, "additional": c.Additional}, now); err != nil {
		return c, err
	}
	o, _ := d.Office(c.OfficeID)
	return c, tx.Notify(ctx, store.Notice{OfficerID: c.OfficerID, Kind: "notice.charge_given", Data: o.Code, At: now})
}

func (d *Directory) checkAppointment(ctx context.Context, tx *store.Tx, by grievance.Actor, a *Appointment, now time.Time) error {
	if by.Is(a.OfficerID) {
		return grievance.Invalid("officer", "error.own_charge")
	}
	officer, err := tx.Officer(ctx, a.OfficerID)
	if isNone(err) || err == nil && !officer.SuspendedAt.IsZero() {
		return grievance.Invalid("officer", "error.choose")
	}
	if err != nil {
		return err
	}
	o, ok := d.Office(a.OfficeID)
	if !ok || !o.Open(now) {
		return grievance.Invalid("office", "error.choose")
	}
	trim(&a.TitleEN, &a.TitleHI)
	if a.TitleEN == "" {
		return grievance.Invalid("title_en", "error.title_required")
	}
	if a.From.IsZero() {
		a.From = now
	}
	if !a.To.IsZero() && !a.To.After(a.From) {
		return grievance.Invalid("to", "error.to_before_from")
	}
	if err := d.MayGrant(ctx, tx, by, a.Role, o, now); err != nil {
		return err
	}
	ever, err := tx.ChargesEver(ctx, a.OfficerID)
	for _, c := range ever {
		apart := !c.To.IsZero() && !a.From.Before(c.To) || !a.To.IsZero() && !c.From.Before(a.To)
		if c.OfficeID == a.OfficeID && c.Role == a.Role && !apart {
			return grievance.Invalid("from", "error.charge_held")
		}
	}
	return err
}

// MayGrant says whether the actor may give, change or end a charge of the role in the
// office: nobody grants what they lack. One rule lets an organisation begin: what nobody
// can grant who has taken up an official ID, holds the charge now and is not suspended, an
// officer with officers.manage may grant. It refuses with an InvalidError of "role".
func (d *Directory) MayGrant(ctx context.Context, tx *store.Tx, by grievance.Actor, role grievance.Role, o grievance.Office, now time.Time) error {
	r, ok := d.Role(role)
	if !ok {
		return grievance.Invalid("role", "error.choose")
	}
	taken, err := tx.TakenUp(ctx, now)
	if err != nil {
		return err
	}
	return d.MayGrantAmong(by, r, o, taken)
}

// MayGrantAmong is MayGrant for a caller who has read the charges of those who have taken
// up an official ID.
func (d *Directory) MayGrantAmong(by grievance.Actor, r grievance.RoleDef, o grievance.Office, taken []grievance.Charge) error {
	if !by.May(grievance.MayManageOfficers) {
		return grievance.ErrForbidden
	}
	if !d.Manages(by, o) {
		return grievance.Invalid("office", "error.not_your_office")
	}
	missing, wider := d.lacks(by, r, o)
	if len(missing) == 0 && !wider {
		return nil
	}
	for _, c := range taken {
		other, ok := d.Actor(c)
		if !ok || !other.May(grievance.MayManageOfficers) {
			continue
		}
		theirs, theyReachLess := d.lacks(other, r, o)
		for _, p := range missing {
			if !slices.Contains(theirs, p) {
				return grievance.Invalid("role", "error.role_allows_more")
			}
		}
		if wider && !theyReachLess {
			return grievance.Invalid("role", "error.role_reaches_further")
		}
	}
	return nil
}

// Holds says whether the actor has all that the role allows in the office.
func (d *Directory) Holds(by grievance.Actor, r grievance.RoleDef, o grievance.Office) bool {
	missing, wider := d.lacks(by, r, o)
	return len(missing) == 0 && !wider && d.Manages(by, o)
}

// lacks is what the role in the office has beyond the actor. An office of the own
// district or department lies within reach.
func (d *Directory) lacks(by grievance.Actor, r grievance.RoleDef, o grievance.Office) (missing []grievance.Permission, wider bool) {
	missing, wider = by.Lacks(r, grievance.ScopeOf(grievance.Charge{}, o, r))
	near := r.Reach != grievance.ReachState && o.Tier != grievance.Secretariat && d.lies(o, by.Scope)
	return missing, wider && !near
}

// EndCharge lets a charge end at the time, at once when it has passed, in the caller's
// transaction; it gives the charge as it is then. Nobody ends the own one, and somebody
// who may appoint officers is always left.
func (d *Directory) EndCharge(ctx context.Context, tx *store.Tx, by grievance.Actor, id grievance.ID, at, now time.Time) (grievance.Charge, error) {
	c, err := tx.Charge(ctx, id)
	if err != nil {
		return c, err
	}
	if !by.May(grievance.MayManageOfficers) || by.Is(c.OfficerID) {
		return c, grievance.ErrForbidden
	}
	if !c.To.IsZero() && !now.Before(c.To) {
		return c, fmt.Errorf("end charge %s: %w: it has ended", id, grievance.ErrConflict)
	}
	o, _ := d.Office(c.OfficeID)
	if err := d.MayGrant(ctx, tx, by, c.Role, o, now); err != nil {
		return c, err
	}
	if err := d.leavesAManager(ctx, tx, c, now); err != nil {
		return c, err
	}
	c.To = at
	if at.Before(now) {
		c.To = now
	}
	if c.To.Before(c.From) {
		c.To = c.From // it never began
	}
	if err := tx.SaveCharge(ctx, c); err != nil {
		return c, err
	}
	if err := tx.RecordOffice(ctx, by, "charge.ended", map[string]any{"officer": c.OfficerID, "charge": c.ID, "office": c.OfficeID, "at": c.To}, now); err != nil {
		return c, err
	}
	return c, tx.Notify(ctx, store.Notice{OfficerID: c.OfficerID, Kind: "notice.charge_over", Data: o.Code, At: now})
}

// leavesAManager refuses to end the last charge from which officers can be appointed.
func (d *Directory) leavesAManager(ctx context.Context, tx *store.Tx, c grievance.Charge, now time.Time) error {
	if r, ok := d.Role(c.Role); !ok || !r.May(grievance.MayManageOfficers) {
		return nil
	}
	taken, err := tx.TakenUp(ctx, now)
	if err != nil {
		return err
	}
	for _, other := range taken {
		if r, ok := d.Role(other.Role); ok && other.ID != c.ID && r.May(grievance.MayManageOfficers) {
			return nil
		}
	}
	return grievance.Invalid("charge", "error.last_manager")
}
