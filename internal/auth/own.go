package auth

import (
	"cmp"
	"context"
	"fmt"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// SessionID is the session of this very request, as the list of sessions names it.
func (a *Auth) SessionID(ctx context.Context) grievance.ID {
	id, err := grievance.ParseID(a.sessions.GetString(ctx, idKey))
	if err != nil {
		return 0
	}
	return id
}

// Factors are the second factors of whom this session is signing in.
func (a *Auth) Factors(ctx context.Context) (id store.Identity, err error) {
	officer, err := a.officer(ctx)
	if err != nil {
		return id, err
	}
	err = a.Store.View(ctx, func(tx *store.Tx) error {
		id, err = tx.Identity(ctx, officer, a.Now())
		return err
	})
	return id, err
}

// Own is what officers see of their own official ID.
type Own struct {
	Identity store.Identity
	Passkeys []store.Passkey
	Sessions []store.Session
	Links    []store.ProviderLink
}

// Own reads the actor's own official ID.
func (a *Auth) Own(ctx context.Context, by grievance.Actor) (own Own, err error) {
	now := a.Now()
	err = a.Store.View(ctx, func(tx *store.Tx) error {
		if own.Identity, err = tx.Identity(ctx, by.ID, now); err != nil {
			return err
		}
		if own.Passkeys, err = tx.Passkeys(ctx, by.ID); err != nil {
			return err
		}
		if own.Links, err = tx.ProviderLinks(ctx, by.ID); err != nil {
			return err
		}
		own.Sessions, err = tx.Sessions(ctx, by.ID, now)
		return err
	})
	return own, err
}

// ChangePassword sets the actor's own password once the present one is shown; all other
// sessions end.
func (a *Auth) ChangePassword(ctx context.Context, by grievance.Actor, old, password, address string) error {
	t, err := a.try(ctx, a.Email(ctx), address)
	if err != nil {
		return err
	}
	var o grievance.Officer
	var c store.Credentials
	err = a.Store.View(ctx, func(tx *store.Tx) error {
		if o, err = tx.Officer(ctx, by.ID); err != nil {
			return err
		}
		_, c, err = tx.OfficerByEmail(ctx, o.Email)
		return err
	})
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	right, err := a.compare(ctx, old, cmp.Or(c.Password, a.nobody)) // who came in by the state's provider may have none
	if err != nil {
		return err
	}
	if !right {
		return t.refused("auth.wrong_old")
	}
	if err := t.forget(ctx, 1); err != nil {
		return err
	}
	if err := checkPassword(o, password); err != nil {
		return err
	}
	hash, err := HashPassword(password)
	if err != nil {
		return err
	}
	now := a.Now()
	err = a.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.SavePassword(ctx, by.ID, hash); err != nil {
			return err
		}
		if err := tx.EndInvitation(ctx, by.ID); err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, by.ID, a.SessionID(ctx), now); err != nil {
			return err
		}
		if err := tx.Notify(ctx, store.Notice{OfficerID: by.ID, Kind: "notice.password_changed", At: now}); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "id.password_changed", nil, now)
	})
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	return nil
}

// EndOwnSession ends one of the actor's own sessions, with its pages and streams.
func (a *Auth) EndOwnSession(ctx context.Context, by grievance.Actor, session grievance.ID) error {
	now := a.Now()
	err := a.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.EndSession(ctx, by.ID, session, now); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "id.session_ended", map[string]any{"officer": by.ID}, now)
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// EndOtherSessions ends all of the actor's own sessions but this one.
func (a *Auth) EndOtherSessions(ctx context.Context, by grievance.Actor) error {
	now := a.Now()
	err := a.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.EndSessions(ctx, by.ID, a.SessionID(ctx), now); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "id.sessions_ended", map[string]any{"officer": by.ID}, now)
	})
	if err != nil {
		return fmt.Errorf("end other sessions: %w", err)
	}
	return nil
}
