package auth

import (
	"context"
	"errors"
	"fmt"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Password checks an address with its password and tells what comes next. An unknown
// address, a suspended officer and a wrong password are refused alike, and take alike.
func (a *Auth) Password(ctx context.Context, email, password, address string) (Stage, error) {
	email = clean(email)
	t, err := a.try(ctx, email, address)
	if err != nil {
		return NeedPassword, err
	}
	var o grievance.Officer
	var c store.Credentials
	var id store.Identity
	err = a.Store.View(ctx, func(tx *store.Tx) error {
		if o, c, err = tx.OfficerByEmail(ctx, email); err != nil {
			return err
		}
		id, err = tx.Identity(ctx, o.ID, a.Now())
		return err
	})
	known := err == nil && o.SuspendedAt.IsZero() && c.Password != ""
	if err != nil && !errors.Is(err, grievance.ErrNotFound) {
		return NeedPassword, fmt.Errorf("sign in: %w", err)
	}
	hash := c.Password
	if !known {
		hash = a.nobody
	}
	right, err := a.compare(ctx, password, hash)
	if err != nil {
		return NeedPassword, err
	}
	if !right || !known {
		return NeedPassword, t.refused("auth.wrong_password")
	}
	return a.begin(ctx, o, id)
}

// begin makes this session that of an officer who has shown the password, and asks for
// the second factor.
func (a *Auth) begin(ctx context.Context, o grievance.Officer, id store.Identity) (Stage, error) {
	if err := a.sessions.Clear(ctx); err != nil { // whoever was signed in here before
		return NeedPassword, fmt.Errorf("clear session: %w", err)
	}
	if err := a.sessions.RenewToken(ctx); err != nil {
		return NeedPassword, fmt.Errorf("renew session: %w", err)
	}
	next := NeedCode
	if !id.Factor() {
		next = NeedEnrol
	}
	a.sessions.Put(ctx, officerKey, o.ID.String())
	a.sessions.Put(ctx, emailKey, clean(o.Email))
	a.sessions.Put(ctx, stageKey, string(next))
	return next, nil
}

// Code checks the authenticator's six digits. Each code works once.
func (a *Auth) Code(ctx context.Context, code, address string) (Stage, error) {
	if a.Stage(ctx) != NeedCode {
		return NeedPassword, grievance.ErrForbidden
	}
	email := a.Email(ctx)
	t, err := a.try(ctx, email, address)
	if err != nil {
		return NeedCode, err
	}
	var o grievance.Officer
	var c store.Credentials
	err = a.Store.View(ctx, func(tx *store.Tx) error {
		o, c, err = tx.OfficerByEmail(ctx, email)
		return err
	})
	if err != nil {
		return NeedCode, fmt.Errorf("check code: %w", err)
	}
	if len(c.TOTP) == 0 { // passkeys only
		return NeedCode, t.refused("auth.wrong_code")
	}
	shared, err := a.Keys.Open(c.TOTP, sealedFor(o.ID))
	if err != nil {
		return NeedCode, fmt.Errorf("open second factor: %w", err)
	}
	step, ok := matchCode(string(shared), code, a.Now())
	if !ok {
		return NeedCode, t.refused("auth.wrong_code")
	}
	err = a.Store.Tx(ctx, func(tx *store.Tx) error { return tx.UseTOTP(ctx, o.ID, step) })
	if errors.Is(err, grievance.ErrConflict) {
		return NeedCode, t.refused("auth.used_code")
	}
	if err != nil {
		return NeedCode, fmt.Errorf("check code: %w", err)
	}
	return a.pass(ctx, t)
}

// pass goes on after the second factor: to the charge where there is a choice. The
// address gives back the two tries of password and factor.
func (a *Auth) pass(ctx context.Context, t *try) (Stage, error) {
	if err := t.forget(ctx, 2); err != nil {
		return NeedPassword, err
	}
	return a.admit(ctx)
}

// admit leads an officer whose factors are shown to the charge, or in.
func (a *Auth) admit(ctx context.Context) (Stage, error) {
	charges, err := a.Charges(ctx)
	if err != nil {
		return NeedPassword, err
	}
	switch len(charges) {
	case 0:
		return NeedPassword, errors.Join(a.sessions.Destroy(ctx), &RefusedError{Key: "auth.no_charge"})
	case 1:
		return SignedIn, a.enter(ctx, charges[0])
	}
	if err := a.sessions.RenewToken(ctx); err != nil {
		return NeedPassword, fmt.Errorf("renew session: %w", err)
	}
	a.sessions.Put(ctx, stageKey, string(NeedCharge))
	return NeedCharge, nil
}
