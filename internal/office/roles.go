package office

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Roles lets those who may compose roles from the list of permissions. Nobody changes a
// role that they hold, and nobody gives to holders of a role, by widening it, what they
// lack themselves.
type Roles struct {
	Store  *store.Store
	Office *Directory
	Now    func() time.Time
}

// maxRoleName is the longest name of a role in letters.
const maxRoleName = 80

// Create adds a role and gives its code, which is made of the English name and stays.
func (m *Roles) Create(ctx context.Context, by grievance.Actor, r grievance.RoleDef) (grievance.Role, error) {
	r, err := checked(by, r)
	if err != nil {
		return "", err
	}
	if r.Code = codeOf(r.NameEN); r.Code == "" {
		return "", grievance.Invalid("name_en", "error.role_name_letters")
	}
	if _, taken := m.Office.Role(r.Code); taken {
		return "", grievance.Invalid("name_en", "error.role_exists")
	}
	err = m.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.InsertRole(ctx, r); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "role.created", roleData(r), m.Now())
	})
	if err != nil {
		return "", fmt.Errorf("create role %s: %w", r.Code, err)
	}
	return r.Code, m.Office.Reload(ctx, m.Store)
}

// Change replaces names, reach and permissions of a role, unless somebody changed it since
// the version that was read. Its holders are told; it acts from their next request on.
func (m *Roles) Change(ctx context.Context, by grievance.Actor, r grievance.RoleDef) error {
	r, err := checked(by, r)
	if err != nil {
		return err
	}
	err = m.Store.Tx(ctx, func(tx *store.Tx) error {
		earlier, held, err := m.mayChange(ctx, tx, by, r.Code)
		if err != nil {
			return err
		}
		if err := mayWiden(by, earlier, r, len(held) > 0); err != nil {
			return err
		}
		if err := tx.UpdateRole(ctx, r); err != nil {
			return err
		}
		if err := tx.RecordOffice(ctx, by, "role.changed", roleData(r), m.Now()); err != nil {
			return err
		}
		return m.tell(ctx, tx, held, "notice.role_changed")
	})
	if err != nil {
		return fmt.Errorf("change role %s: %w", r.Code, err)
	}
	return m.Office.Reload(ctx, m.Store)
}

// Retire takes a role out of use; one that a charge has, or will have, stays.
func (m *Roles) Retire(ctx context.Context, by grievance.Actor, code grievance.Role) error {
	if !by.May(grievance.MayManageRoles) {
		return grievance.ErrForbidden
	}
	err := m.Store.Tx(ctx, func(tx *store.Tx) error {
		_, held, err := m.mayChange(ctx, tx, by, code)
		if err != nil {
			return err
		}
		if len(held) > 0 {
			return grievance.Invalid("role", "error.role_in_use")
		}
		if err := tx.RetireRole(ctx, code, m.Now()); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "role.retired", map[string]any{"role": code}, m.Now())
	})
	if err != nil {
		return fmt.Errorf("retire role %s: %w", code, err)
	}
	return m.Office.Reload(ctx, m.Store)
}

// Holder is an officer with a charge of a role.
type Holder struct {
	Officer grievance.Officer
	Charge  grievance.Charge
}

// Holders lists who has a role, by its code, from now on or from a later day.
func (m *Roles) Holders(ctx context.Context, by grievance.Actor, code grievance.Role) (all []Holder, err error) {
	if !by.May(grievance.MaySeeOffices) {
		return nil, grievance.ErrForbidden
	}
	err = m.Store.View(ctx, func(tx *store.Tx) error {
		held, err := tx.ChargesInRole(ctx, code, m.Now())
		if err != nil {
			return err
		}
		for _, c := range held {
			o, err := tx.Officer(ctx, c.OfficerID)
			if err != nil {
				return err
			}
			all = append(all, Holder{Officer: o, Charge: c})
		}
		return nil
	})
	return all, err
}

// mayChange gives a custom role as it stands in the store, with its charges, unless the
// actor holds it too.
func (m *Roles) mayChange(ctx context.Context, tx *store.Tx, by grievance.Actor, code grievance.Role) (r grievance.RoleDef, held []grievance.Charge, err error) {
	all, err := tx.Roles(ctx)
	if err != nil {
		return r, nil, err
	}
	i := slices.IndexFunc(all, func(r grievance.RoleDef) bool { return r.Code == code && !r.Retired })
	if i < 0 {
		return r, nil, grievance.ErrNotFound
	}
	held, err = tx.ChargesInRole(ctx, code, m.Now())
	if err == nil && slices.ContainsFunc(held, func(c grievance.Charge) bool { return c.OfficerID == by.ID }) {
		err = grievance.Invalid("role", "error.role_own")
	}
	return all[i], held, err
}

// mayWiden refuses to give to those who hold the role what the actor lacks: to compose a
// role is free, to grant it is not.
func mayWiden(by grievance.Actor, earlier, r grievance.RoleDef, held bool) error {
	if !held {
		return nil
	}
	more, further := r.Adds(earlier)
	if slices.ContainsFunc(more, func(p grievance.Permission) bool { return !by.May(p) }) {
		return grievance.Invalid("grants", "error.role_widens")
	}
	if further && !by.Scope.All {
		return grievance.Invalid("reach", "error.role_widens")
	}
	return nil
}

func (m *Roles) tell(ctx context.Context, tx *store.Tx, held []grievance.Charge, kind string) error {
	told := map[grievance.ID]bool{}
	for _, c := range held {
		if told[c.OfficerID] {
			continue
		}
		told[c.OfficerID] = true
		if err := tx.Notify(ctx, store.Notice{OfficerID: c.OfficerID, Kind: kind, At: m.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// checked is the role as it is kept, if its rules and the actor's permission allow it.
func checked(by grievance.Actor, r grievance.RoleDef) (grievance.RoleDef, error) {
	if !by.May(grievance.MayManageRoles) {
		return r, grievance.ErrForbidden
	}
	for _, n := range []struct {
		field string
		name  *string
	}{{"name_en", &r.NameEN}, {"name_hi", &r.NameHI}} {
		*n.name = strings.Join(strings.Fields(*n.name), " ")
		if *n.name == "" {
			return r, grievance.Invalid(n.field, "error.role_name_required")
		}
		if len([]rune(*n.name)) > maxRoleName {
			return r, grievance.Invalid(n.field, "error.role_name_long")
		}
	}
	if err := r.Check(); err != nil {
		return r, err
	}
	// in the order of the list, each once
	r.Grants = slices.DeleteFunc(slices.Clone(grievance.Permissions), func(p grievance.Permission) bool { return !r.May(p) })
	return r, nil
}

// codeOf is a name in small letters, digits and underscores.
func codeOf(name string) grievance.Role {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return grievance.Role(strings.Join(words, "_"))
}

func roleData(r grievance.RoleDef) map[string]any {
	return map[string]any{"role": r.Code, "reach": r.Reach, "grants": r.Grants}
}
