package auth

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

// roles are what the provider's claim allows: all charges of the officer, or those of
// roles, each in one office or (0) in any.
type roles struct {
	all  bool
	each []allowedRole
}

type allowedRole struct {
	role   grievance.Role
	office int
}

// String writes the roles as a session holds them: * or clerk@0,district_nodal@12.
func (r roles) String() string {
	if r.all {
		return "*"
	}
	var all []string
	for _, x := range r.each {
		all = append(all, string(x.role)+"@"+strconv.Itoa(x.office))
	}
	return strings.Join(all, ",")
}

func parseRoles(text string) roles {
	if text == "*" {
		return roles{all: true}
	}
	var r roles
	for _, part := range strings.Split(text, ",") {
		role, number, _ := strings.Cut(part, "@")
		office, err := strconv.Atoi(number)
		if err == nil {
			r.each = append(r.each, allowedRole{grievance.Role(role), office})
		}
	}
	return r
}

// allow says whether the roles let the officer act under the charge.
func (r roles) allow(c grievance.Charge) bool {
	return r.all || slices.ContainsFunc(r.each, func(x allowedRole) bool {
		return x.role == c.Role && (x.office == 0 || x.office == c.OfficeID)
	})
}

// allowedRoles reads the values of the role claim. What maps to no role or office that is
// known gives nothing; no mapped role at all is refused.
func (a *Auth) allowedRoles(ctx context.Context, values []string) (roles, error) {
	p := a.Provider
	if p.RoleClaim == "" {
		return roles{all: true}, nil
	}
	var r roles
	for _, m := range p.Roles {
		if !slices.Contains(values, m.Value) {
			continue
		}
		x := allowedRole{role: m.Role}
		_, known := a.Office.Role(m.Role)
		if m.Office != "" {
			x.office = a.Office.OfficeByCode(m.Office)
		}
		if !known || m.Office != "" && x.office == 0 {
			a.Log.WarnContext(ctx, "a mapped role gives nothing: no such role or office", "role", m.Role, "office", m.Office)
			continue
		}
		r.each = append(r.each, x)
	}
	if len(r.each) == 0 {
		return r, &RefusedError{Key: "auth.provider_no_role"}
	}
	return r, nil
}

// recognise finds the officer whom the provider's subject is linked with, or links it the
// first time by a verified address.
func (a *Auth) recognise(ctx context.Context, tx *store.Tx, c claims) (grievance.Officer, error) {
	issuer := a.Provider.Issuer
	o, err := tx.OfficerOfSubject(ctx, issuer, c.subject)
	if err == nil {
		return o, standing(o)
	}
	if !errors.Is(err, grievance.ErrNotFound) {
		return o, err
	}
	if c.email == "" || !c.verified {
		return o, &RefusedError{Key: "auth.provider_unverified"}
	}
	o, _, err = tx.OfficerByEmail(ctx, c.email)
	if errors.Is(err, grievance.ErrNotFound) {
		return o, &RefusedError{Key: "auth.provider_unknown"}
	}
	if err != nil {
		return o, err
	}
	if err := standing(o); err != nil {
		return o, err
	}
	now := a.Now()
	err = tx.LinkProvider(ctx, store.ProviderLink{Issuer: issuer, Subject: c.subject, OfficerID: o.ID, LinkedAt: now})
	if errors.Is(err, grievance.ErrConflict) {
		return o, &RefusedError{Key: "auth.provider_other"}
	}
	if err != nil {
		return o, err
	}
	if err := tx.RecordOffice(ctx, self(o.ID), "id.provider_linked", map[string]any{"officer": o.ID, "issuer": issuer}, now); err != nil {
		return o, err
	}
	return o, tx.Notify(ctx, store.Notice{OfficerID: o.ID, Kind: "notice.provider_linked", Data: a.Provider.Name, At: now})
}

func standing(o grievance.Officer) error {
	if !o.SuspendedAt.IsZero() {
		return &RefusedError{Key: "auth.provider_suspended"}
	}
	return nil
}

// grant gives the charges that a mapping names with an office and the officer does not
// hold, and ends those that the provider granted and its claim no longer names.
func (a *Auth) grant(ctx context.Context, tx *store.Tx, o grievance.Officer, allowed roles) error {
	now, issuer := a.Now(), a.Provider.Issuer
	held, err := tx.Charges(ctx, o.ID, now)
	if err != nil {
		return err
	}
	held = slices.DeleteFunc(held, func(c grievance.Charge) bool { return c.OfficerID != o.ID })
	bound, err := tx.BoundCharges(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, c := range held {
		named := slices.Contains(allowed.each, allowedRole{c.Role, c.OfficeID})
		if bound[c.ID] != issuer || named {
			continue
		}
		_, err := a.Office.EndCharge(ctx, tx, grievance.System, c.ID, now, now)
		if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok { // the last who may appoint officers
			a.Log.WarnContext(ctx, "a charge that the provider no longer grants stays", "charge", c.ID, "why", invalid.Key)
		} else if err != nil {
			return err
		}
	}
	for _, x := range allowed.each {
		has := slices.ContainsFunc(held, func(c grievance.Charge) bool { return c.Role == x.role && c.OfficeID == x.office })
		if x.office == 0 || has {
			continue
		}
		if err := a.grantOne(ctx, tx, o, x); err != nil {
			return err
		}
	}
	return nil
}

func (a *Auth) grantOne(ctx context.Context, tx *store.Tx, o grievance.Officer, x allowedRole) error {
	en, hi, err := a.roleTitles(x.role)
	if err != nil {
		return err
	}
	now := a.Now()
	c, err := a.Office.Appoint(ctx, tx, grievance.System, office.Appointment{OfficerID: o.ID, OfficeID: x.office, Role: x.role, TitleEN: en, TitleHI: hi}, now)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok { // the office is closed, or the charge begins later
		a.Log.WarnContext(ctx, "a charge cannot be granted by the provider", "officer", o.ID, "office", x.office, "role", x.role, "why", invalid.Key)
		return nil
	}
	if err != nil {
		return err
	}
	if err := tx.BindCharge(ctx, c, a.Provider.Issuer); err != nil {
		return err
	}
	return tx.RecordOffice(ctx, grievance.System, "charge.bound", map[string]any{"charge": c.ID, "issuer": a.Provider.Issuer}, now)
}

// roleTitles name a charge that nobody has given a title: as its role is called.
func (a *Auth) roleTitles(role grievance.Role) (en, hi string, err error) {
	r, _ := a.Office.Role(role)
	if r.Custom {
		return r.NameEN, r.NameHI, nil
	}
	texts, err := i18n.New(grievance.India)
	if err != nil {
		return "", "", err
	}
	key := "role." + string(role)
	return texts.In("en").T(key), texts.In("hi").T(key), nil
}

// permitted leaves the charges under which this session may act: through the provider,
// those that its roles allow; any other way, those that no provider granted.
func (a *Auth) permitted(ctx context.Context, tx *store.Tx, officer grievance.ID, all []grievance.Charge) ([]grievance.Charge, error) {
	bound, err := tx.BoundCharges(ctx, officer)
	if err != nil {
		return nil, err
	}
	issuer, allowed := a.sessions.GetString(ctx, providerKey), parseRoles(a.sessions.GetString(ctx, providerRolesKey))
	return slices.DeleteFunc(slices.Clone(all), func(c grievance.Charge) bool {
		by, isBound := bound[c.ID]
		return isBound && by != issuer || issuer != "" && !allowed.allow(c)
	}), nil
}
