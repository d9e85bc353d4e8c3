package office

import (
	"errors"
	"slices"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// board is a seeded organisation with an administrator who composes roles.
type board struct {
	*Roles
	t     *testing.T
	admin grievance.Actor
}

func newBoard(t *testing.T) *board {
	t.Helper()
	s := storetest.New(t)
	if err := Seed(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	d, err := Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 11, 2, 12, 0, 0, 0, grievance.India)
	b := &board{Roles: &Roles{Store: s, Office: d, Now: func() time.Time { return noon }}, t: t}
	b.admin = b.hire(grievance.Administrator, d.StateCell())
	return b
}

// hire gives a new officer a charge of the role, and the actor who holds it.
func (b *board) hire(r grievance.Role, office int) grievance.Actor {
	b.t.Helper()
	now := b.Now()
	o := grievance.Officer{ID: b.Store.NewID(now), NameEN: "Officer " + string(r), Language: "en"}
	o.Email = o.ID.String() + "@nivaran.example"
	c := grievance.Charge{ID: b.Store.NewID(now), OfficerID: o.ID, OfficeID: office, Role: r, TitleEN: string(r), From: now.Add(-time.Hour)}
	err := b.Store.Tx(b.t.Context(), func(tx *store.Tx) error {
		if err := tx.SaveOfficer(b.t.Context(), o); err != nil {
			return err
		}
		return tx.SaveCharge(b.t.Context(), c)
	})
	if err != nil {
		b.t.Fatal(err)
	}
	by, ok := b.Office.Actor(c)
	if !ok {
		b.t.Fatalf("no role %s", r)
	}
	return by
}

func refusedFor(t *testing.T, err error, key string) {
	t.Helper()
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); !ok || invalid.Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

var inspector = grievance.RoleDef{NameEN: " Road  inspector ", NameHI: "सड़क निरीक्षक", Reach: grievance.ReachOwn, Grants: []grievance.Permission{grievance.MayReport, grievance.MayRead, grievance.MayRead}}

func TestRoles(t *testing.T) {
	b, ctx := newBoard(t), t.Context()
	if _, err := b.Create(ctx, b.hire(grievance.StateNodal, b.Office.StateCell()), inspector); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("a state nodal officer composes a role: %v", err)
	}
	code, err := b.Create(ctx, b.admin, inspector)
	if err != nil || code != "road_inspector" {
		t.Fatalf("Create = %q, %v", code, err)
	}
	got, ok := b.Office.Role(code)
	if !ok || got.Name("hi") != "सड़क निरीक्षक" || got.NameEN != "Road inspector" || !got.Custom || !slices.Equal(got.Grants, []grievance.Permission{grievance.MayRead, grievance.MayReport}) {
		t.Errorf("the directory has %+v", got)
	}
	_, err = b.Create(ctx, b.admin, inspector)
	refusedFor(t, err, "error.role_exists")
	_, err = b.Create(ctx, b.admin, grievance.RoleDef{NameEN: "clerk", NameHI: "लिपिक", Reach: grievance.ReachState, Grants: []grievance.Permission{grievance.MayRead}})
	refusedFor(t, err, "error.role_exists")
	_, err = b.Create(ctx, b.admin, grievance.RoleDef{NameEN: "सड़क", NameHI: "सड़क", Reach: grievance.ReachState, Grants: []grievance.Permission{grievance.MayRead}})
	refusedFor(t, err, "error.role_name_letters")
	_, err = b.Create(ctx, b.admin, grievance.RoleDef{NameEN: "Nobody", Reach: grievance.ReachState, Grants: []grievance.Permission{grievance.MayRead}})
	refusedFor(t, err, "error.role_name_required")

	// nobody holds it: it may become anything that a role may be
	got.Grants = append(got.Grants, grievance.MayNote)
	if err := b.Change(ctx, b.admin, got); err != nil {
		t.Fatal(err)
	}
	if err := b.Change(ctx, b.admin, got); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("changing a version that is over: %v", err)
	}
	holder := b.hire(code, b.Office.OfficeByCode("public_health-hisar"))
	if !holder.InField() || !holder.May(grievance.MayNote) {
		t.Errorf("the holder acts as %+v", holder)
	}

	// held: it can be narrowed, not widened by who lacks what is added, and stays
	got, _ = b.Office.Role(code)
	wider := got
	wider.Grants = append(slices.Clone(got.Grants), grievance.MayReply)
	refusedFor(t, b.Change(ctx, b.admin, wider), "error.role_widens")
	wider = got
	wider.Reach = grievance.ReachState
	refusedFor(t, b.Change(ctx, b.admin, wider), "error.role_widens")
	refusedFor(t, b.Retire(ctx, b.admin, code), "error.role_in_use")
	got.Grants = []grievance.Permission{grievance.MayRead, grievance.MayReport}
	if err := b.Change(ctx, b.admin, got); err != nil {
		t.Fatal(err)
	}
	err = b.Store.View(ctx, func(tx *store.Tx) error {
		told, err := tx.Notices(ctx, b.Office.Viewer(holder.ID, nil), 10)
		if len(told) != 1 || told[0].Kind != "notice.role_changed" {
			t.Errorf("the holder was told %+v", told)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	held, err := b.Holders(ctx, b.admin, code)
	if err != nil || len(held) != 1 || held[0].Officer.ID != holder.ID {
		t.Errorf("Holders = %+v, %v", held, err)
	}
	if err := b.Change(ctx, b.admin, grievance.RoleDef{Code: grievance.Clerk, NameEN: "Clerk", NameHI: "लिपिक", Reach: grievance.ReachState, Grants: got.Grants}); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("changing a built-in role: %v", err)
	}
}

func TestNobodyChangesTheOwnRole(t *testing.T) {
	b, ctx := newBoard(t), t.Context()
	code, err := b.Create(ctx, b.admin, grievance.RoleDef{NameEN: "Second administrator", NameHI: "दूसरे प्रशासक", Grants: []grievance.Permission{grievance.MayManageRoles, grievance.MaySeeOffices}})
	if err != nil {
		t.Fatal(err)
	}
	second := b.hire(code, b.Office.StateCell())
	own, _ := b.Office.Role(code)
	own.Grants = append(own.Grants, grievance.MayHold)
	refusedFor(t, b.Change(ctx, second, own), "error.role_own")
	refusedFor(t, b.Retire(ctx, second, code), "error.role_own")
	if err := b.Change(ctx, b.admin, own); err != nil {
		t.Errorf("another administrator, who lacks nothing of it: %v", err)
	}
}

func TestRetire(t *testing.T) {
	b, ctx := newBoard(t), t.Context()
	code, err := b.Create(ctx, b.admin, inspector)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Retire(ctx, b.hire(grievance.StateNodal, b.Office.StateCell()), code); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("retired without the permission: %v", err)
	}
	if err := b.Retire(ctx, b.admin, code); err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(b.Office.Roles(), func(r grievance.RoleDef) bool { return r.Code == code }) {
		t.Error("a retired role can still be given")
	}
	if r, ok := b.Office.Role(code); !ok || r.Name("en") != "Road inspector" {
		t.Error("past charges lose the name of their role")
	}
	if err := b.Retire(ctx, b.admin, code); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("retired twice: %v", err)
	}
}
