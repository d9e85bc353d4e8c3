package app

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

// adminCmd is what those who run the program do to official IDs without a page. It works
// on the database while the program serves, and stands in the office log as the system's.
type adminCmd struct {
	First    adminFirst    `cmd:"" help:"Make the first administrator and print a one-time link for the official ID."`
	Password adminPassword `cmd:"" help:"Print a one-time link with which an officer sets a new password."`
	Unlock   adminUnlock   `cmd:"" help:"Let an officer try to sign in again at once."`
	List     adminList     `cmd:"" help:"List the officers with their roles and the state of their official IDs."`
}

// admin runs do with the sign-in of the database.
func (e *env) admin(p Place, do func(a *auth.Auth, s *store.Store, d *office.Directory) error) (err error) {
	c, err := e.settings(p)
	if err != nil {
		return err
	}
	parts, err := build(e.ctx, c, e.logger(c), false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, parts.close()) }()
	a, err := parts.auth()
	if err != nil {
		return err
	}
	return do(a, parts.store, parts.office)
}

type adminFirst struct {
	Place
	Email  string `required:"" help:"Official e-mail address of the administrator."`
	Name   string `required:"" help:"Name in English."`
	NameHI string `name:"name-hi" help:"Name in Hindi."`
	Force  bool   `help:"Go on although there is an administrator already; needs --reason."`
	Reason string `help:"Why another administrator is made here; it is recorded."`
}

func (cmd *adminFirst) Run(e *env) error {
	email := strings.TrimSpace(cmd.Email)
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		return fmt.Errorf("%q is no e-mail address; write for example --email officer@state.example", cmd.Email)
	}
	if strings.TrimSpace(cmd.Name) == "" {
		return errors.New("the name is empty; write for example --name 'Asha Rani'")
	}
	if cmd.Force && strings.TrimSpace(cmd.Reason) == "" {
		return errors.New("--force needs --reason: it is recorded why another administrator is made here")
	}
	return e.admin(cmd.Place, func(a *auth.Auth, s *store.Store, d *office.Directory) error {
		id, err := cmd.appoint(e.ctx, s, time.Now())
		if err != nil {
			return err
		}
		if err := d.Reload(e.ctx, s); err != nil {
			return err
		}
		return e.link(a, id, "Open this link once to take up the official ID")
	})
}

// appoint makes the state cell, the officer and the charge, each where it is missing.
func (cmd *adminFirst) appoint(ctx context.Context, s *store.Store, now time.Time) (id grievance.ID, err error) {
	err = s.Tx(ctx, func(tx *store.Tx) error {
		if err := cmd.refuse(ctx, tx, now); err != nil {
			return err
		}
		cell, err := office.EnsureStateCell(ctx, tx)
		if err != nil {
			return err
		}
		if id, err = cmd.officer(ctx, tx, now); err != nil {
			return err
		}
		held, err := tx.Charges(ctx, id, now)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(held, func(c grievance.Charge) bool { return c.Role == grievance.Administrator && c.OfficerID == id }) {
			c := grievance.Charge{ID: tx.NewID(now), OfficerID: id, OfficeID: cell.ID, Role: grievance.Administrator, TitleEN: "Administrator", TitleHI: "व्यवस्थापक", From: now}
			if err := tx.SaveCharge(ctx, c); err != nil {
				return err
			}
		}
		return tx.RecordOffice(ctx, grievance.System, "admin.first", map[string]any{"officer": id, "reason": cmd.Reason}, now)
	})
	if err != nil {
		return 0, fmt.Errorf("first administrator: %w", err)
	}
	return id, nil
}

// officer finds the officer of the address, or adds one.
func (cmd *adminFirst) officer(ctx context.Context, tx *store.Tx, now time.Time) (grievance.ID, error) {
	email := strings.TrimSpace(cmd.Email)
	all, err := tx.Officers(ctx)
	if err != nil {
		return 0, err
	}
	if i := slices.IndexFunc(all, func(o grievance.Officer) bool { return strings.EqualFold(o.Email, email) }); i >= 0 {
		return all[i].ID, nil
	}
	o := grievance.Officer{ID: tx.NewID(now), Email: email, NameEN: strings.TrimSpace(cmd.Name), NameHI: strings.TrimSpace(cmd.NameHI), Language: "en", Keys: true}
	return o.ID, tx.SaveOfficer(ctx, o)
}

// refuse stops where an administrator has taken up an ID, unless forced.
func (cmd *adminFirst) refuse(ctx context.Context, tx *store.Tx, now time.Time) error {
	charges, err := tx.AllCharges(ctx, now)
	if err != nil || cmd.Force {
		return err
	}
	ids, err := tx.Identities(ctx, now)
	if err != nil {
		return err
	}
	for _, c := range charges {
		if c.Role != grievance.Administrator || !ids[c.OfficerID].TakenUp {
			continue
		}
		o, err := tx.Officer(ctx, c.OfficerID)
		if err != nil {
			return err
		}
		return fmt.Errorf("%s is administrator and has taken up the official ID; ask there, use `nivaran admin password %s`, or --force with --reason", o.Email, o.Email)
	}
	return nil
}

// link makes an officer's one-time link and prints it.
func (e *env) link(a *auth.Auth, officer grievance.ID, says string) error {
	l, err := a.Invite(e.ctx, grievance.System, officer)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.stdout, "%s, until %s:\n%s\n", says, l.Until.In(grievance.India).Format("2 January 2006, 15:04"), l.URL)
	return err
}

type adminPassword struct {
	Place
	Email       string `arg:"" help:"Official e-mail address."`
	ResetFactor bool   `help:"Take away the second factor too; the officer sets up a new one."`
}

func (cmd *adminPassword) Run(e *env) error {
	return e.admin(cmd.Place, func(a *auth.Auth, s *store.Store, _ *office.Directory) error {
		id, err := officerOf(e.ctx, s, cmd.Email)
		if err != nil {
			return err
		}
		if cmd.ResetFactor {
			if err := a.ResetFactor(e.ctx, grievance.System, id); err != nil {
				return err
			}
		}
		return e.link(a, id, "Open this link once to set a new password")
	})
}

type adminUnlock struct {
	Place
	Email string `arg:"" help:"Official e-mail address."`
}

func (cmd *adminUnlock) Run(e *env) error {
	return e.admin(cmd.Place, func(a *auth.Auth, s *store.Store, _ *office.Directory) error {
		id, err := officerOf(e.ctx, s, cmd.Email)
		if err != nil {
			return err
		}
		if err := a.Unlock(e.ctx, grievance.System, id); err != nil {
			return err
		}
		_, err = fmt.Fprintf(e.stdout, "%s may try again\n", cmd.Email)
		return err
	})
}

func officerOf(ctx context.Context, s *store.Store, email string) (id grievance.ID, err error) {
	err = s.View(ctx, func(tx *store.Tx) error {
		o, _, err := tx.OfficerByEmail(ctx, strings.TrimSpace(email))
		id = o.ID
		return err
	})
	if errors.Is(err, grievance.ErrNotFound) {
		return 0, fmt.Errorf("no officer has the address %q; `nivaran admin list` shows all", email)
	}
	return id, err
}

type adminList struct {
	Place
}

func (cmd *adminList) Run(e *env) error {
	return e.admin(cmd.Place, func(a *auth.Auth, _ *store.Store, d *office.Directory) error {
		all, err := a.Holders(e.ctx, grievance.System)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ADDRESS\tNAME\tROLES\tOFFICIAL ID\tSECOND FACTOR")
		for _, h := range all {
			var roles []string
			for _, c := range h.Charges {
				o, _ := d.Office(c.OfficeID)
				roles = append(roles, fmt.Sprintf("%s (%s)", c.Role, o.Code))
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", h.Officer.Email, h.Officer.NameEN, orNone(strings.Join(roles, ", ")), idWords(h), orNone(factors(h)))
		}
		return table.Flush()
	})
}

// idWords says how far an official ID has come.
func idWords(h auth.Holder) string {
	switch {
	case !h.Officer.SuspendedAt.IsZero():
		return "suspended"
	case h.Identity.TakenUp:
		return "taken up"
	case !h.Identity.InvitedUntil.IsZero():
		return "invited until " + h.Identity.InvitedUntil.In(grievance.India).Format("2006-01-02 15:04")
	}
	return "none"
}

func factors(h auth.Holder) string {
	var all []string
	if h.Identity.App {
		all = append(all, "app")
	}
	if n := h.Identity.Passkeys; n > 0 {
		all = append(all, fmt.Sprintf("passkeys: %d", n))
	}
	if h.Identity.Factor() {
		all = append(all, fmt.Sprintf("recovery codes: %d", h.Identity.Recovery))
	}
	return strings.Join(all, ", ")
}

func orNone(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
