package office_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// emptyWorld is a database with nothing but the state cell and its administrator.
func emptyWorld(t *testing.T) (*world, grievance.Actor) {
	t.Helper()
	s := storetest.New(t)
	w := &world{t: t, store: s, now: time.Date(2026, 11, 2, 4, 30, 0, 0, time.UTC)}
	var by grievance.Actor
	w.tx(func(tx *store.Tx) error {
		cell, err := office.EnsureStateCell(t.Context(), tx)
		if err != nil {
			return err
		}
		o := grievance.Officer{ID: tx.NewID(w.now), Email: "admin@state.test", NameEN: "Admin", Language: "en"}
		c := grievance.Charge{ID: tx.NewID(w.now), OfficerID: o.ID, OfficeID: cell.ID, Role: grievance.Administrator, TitleEN: "Administrator", From: w.now}
		by = grievance.ActorOf(c, cell)
		if err := tx.SaveOfficer(t.Context(), o); err != nil {
			return err
		}
		return tx.SaveCharge(t.Context(), c)
	})
	dir, err := office.Load(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	w.org = &office.Organisation{Store: s, Directory: dir, Now: func() time.Time { return w.now }}
	return w, by
}

func (w *world) keep(by grievance.Actor, f office.File, text string) grievance.ID {
	w.t.Helper()
	id, err := w.org.KeepFile(w.t.Context(), by, f, []byte(text))
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *world) dry(by grievance.Actor, id grievance.ID) office.Plan {
	w.t.Helper()
	p, err := w.org.DryRun(w.t.Context(), by, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// take applies a file that must have no wrong line.
func (w *world) take(by grievance.Actor, f office.File, text string) office.Plan {
	w.t.Helper()
	id := w.keep(by, f, text)
	p := w.dry(by, id)
	for _, l := range p.Lines {
		if l.What == office.LineWrong {
			w.t.Fatalf("%s line %d %s: %v", f, l.N, l.Name, l.Problem)
		}
	}
	p, err := w.org.Apply(w.t.Context(), by, id, p.Hash)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// fromNothing are the files that make a small state.
var fromNothing = []struct {
	file office.File
	text string
}{
	{office.DepartmentsFile, "\ufeffcode;name_en;name_hi\r\npublic_health;Public Health;जन स्वास्थ्य\r\npower;Power;बिजली\r\n"},
	{office.DistrictsFile, "lgd_code,name_en,name_hi\n63,Hisar,हिसार\n604,Nuh,नूंह\n69,Panipat,पानीपत\n"},
	{office.SubjectsFile, "code,department,category_en,name_en,name_hi,limit_days\nno_water,public_health,Supply,No water,पानी नहीं,7\npower_cut,power,Supply,Power cut,बिजली कटौती,3\n"},
	{office.OfficesFile, "code,name_en,name_hi,tier,parent,district,department\nph-hisar,\"Public Health, Hisar\",,field,hq-ph,Hisar,public_health\nhq-ph,Public Health HQ,,headquarters,cell,,public_health\nhq-power,Power HQ,,headquarters,cell,,power\ndc-hisar,DC Hisar,,administration,cell,Hisar,\ndc-nuh,DC Nuh,,administration,cell,604,\n"},
	{office.MatrixFile, "department,district,office\npublic_health,Hisar,ph-hisar\n"},
	{office.OfficersFile, "email,name_en,name_hi,office,role,title_en,title_hi,from,to,duty\nState@gov.test,State Officer,राज्य,cell,state_nodal,State Nodal Officer,,01/11/2026,,yes\ndc@gov.test,City Magistrate,,dc-hisar,district_nodal,City Magistrate,,,31-12-2026,\ndc@gov.test,City Magistrate,,dc-nuh,district_nodal,City Magistrate (additional),,,,\nje@gov.test,Engineer,,ph-hisar,field_officer,Junior Engineer,,,,\n"},
}

// An empty database becomes an organisation by files alone; what is exported is taken in
// again and changes nothing.
func TestImportFromNothing(t *testing.T) {
	w, by := emptyWorld(t)
	for _, f := range fromNothing {
		p := w.take(by, f.file, f.text)
		if p.Count(office.LineAdds) != len(p.Lines) {
			t.Errorf("%s: %+v", f.file, p.Lines)
		}
	}
	d := w.org.Directory
	r := d.Route(office.Question{SubjectID: d.SubjectByCode("no_water"), DistrictID: 63, At: w.now})
	if r.OfficeID != d.OfficeByCode("ph-hisar") {
		t.Errorf("no water in Hisar goes to %d, %v", r.OfficeID, r.Why)
	}
	for _, f := range office.Files {
		var out bytes.Buffer
		if err := w.org.Export(t.Context(), by, f, &out); err != nil {
			t.Fatal(err)
		}
		p := w.take(by, f, out.String())
		if n := p.Count(office.LineSame); n != len(p.Lines) || n == 0 {
			t.Errorf("%s exported and taken in: %d of %d lines are the same: %+v", f, n, len(p.Lines), p.Lines)
		}
	}
	var charges []grievance.Charge
	w.tx(func(tx *store.Tx) error {
		o, _, err := tx.OfficerByEmail(t.Context(), "dc@gov.test")
		if err != nil {
			return err
		}
		charges, err = tx.ChargesEver(t.Context(), o.ID)
		return err
	})
	if len(charges) != 2 {
		t.Fatalf("the magistrate holds %v", charges)
	}
	for _, c := range charges {
		if end := time.Date(2027, 1, 1, 0, 0, 0, 0, grievance.India); !c.To.IsZero() && !c.To.Equal(end) {
			t.Errorf("the charge to 31 December ends %s", c.To)
		}
	}
}

// Every wrong line says its field; while there is one nothing is applied.
func TestImportTellsWrongLines(t *testing.T) {
	w, by := emptyWorld(t)
	for _, f := range fromNothing[:5] {
		w.take(by, f.file, f.text)
	}
	tests := []struct {
		file       office.File
		head, line string
		field      string
	}{
		{office.OfficesFile, "code,name_en,tier,parent,district,department", "x,X,field,nowhere,Hisar,power", "parent"},
		{office.OfficesFile, "code,name_en,tier,parent,district,department", "x,X,field,x,Hisar,power", "parent"},
		{office.OfficesFile, "code,name_en,tier,parent,district,department", "x,X,palace,cell,Hisar,power", "tier"},
		{office.OfficesFile, "code,name_en,tier,parent,district,department", "bad code!,X,field,cell,Hisar,power", "code"},
		{office.OfficesFile, "code,name_en,tier,parent,district,department", "x,,field,cell,Hisar,power", "name_en"},
		{office.MatrixFile, "department,district,office", "power,Atlantis,dc-hisar", "district"},
		{office.MatrixFile, "department,district,office", "power,Nuh,dc-hisar", "office"},
		{office.DistrictsFile, "lgd_code,name_en", "abc,New", "lgd"},
		{office.SubjectsFile, "code,department,category_en,name_en,limit_days", "x,power,C,N,0", "limit_days"},
		{office.OfficersFile, "email,name_en,office,role,title_en", "not an address,N,ph-hisar,field_officer,T", "email"},
		{office.OfficersFile, "email,name_en,office,role,title_en", "a@b.test,N,nowhere,field_officer,T", "office"},
		{office.OfficersFile, "email,name_en,office,role,title_en", "a@b.test,N,ph-hisar,king,T", "role"},
		{office.OfficersFile, "email,name_en,office,role,title_en,from", "a@b.test,N,ph-hisar,field_officer,T,31-31-2026", "from"},
		{office.OfficersFile, "email,name_en,office,role,title_en", "admin@state.test,Admin,dc-nuh,district_nodal,T", "officer"},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			id := w.keep(by, tt.file, tt.head+"\n"+tt.line+"\n")
			p := w.dry(by, id)
			if len(p.Lines) != 1 || p.Lines[0].What != office.LineWrong || p.Lines[0].Problem.Field != tt.field {
				t.Fatalf("lines = %+v, want an error of %s", p.Lines, tt.field)
			}
			if p, err := w.org.Apply(t.Context(), by, id, p.Hash); err != nil || p.Count(office.LineWrong) != 1 {
				t.Errorf("applied: %+v, %v", p, err)
			}
			if w.org.Directory.OfficeByCode("x") != 0 {
				t.Error("a file with a wrong line was applied")
			}
		})
	}
	for _, text := range []string{"", "code,name_en\nx,X\n", "code,name_en,tier,parent,colour\nx,X,field,cell,red\n", "code,name_en,tier,parent\n\xff\xfe,X,field,cell\n"} {
		if _, err := w.org.KeepFile(t.Context(), by, office.OfficesFile, []byte(text)); err == nil {
			t.Errorf("%q is kept", text)
		}
	}
	if _, err := w.org.KeepFile(t.Context(), grievance.Actor{Kind: grievance.OfficerActor, ID: 7}, office.OfficesFile, []byte("code,name_en,tier,parent\n")); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("by one without the permission: %v", err)
	}
}

// What was shown is what is applied: when somebody changed the organisation meanwhile,
// nothing happens and the new plan is shown.
func TestImportAppliesWhatWasShown(t *testing.T) {
	w, by := emptyWorld(t)
	for _, f := range fromNothing[:5] {
		w.take(by, f.file, f.text)
	}
	id := w.keep(by, office.OfficesFile, "code,name_en,tier,parent,district\ndc-hisar,Deputy Commissioner Hisar,administration,cell,Hisar\n")
	p := w.dry(by, id)
	if l := p.Lines[0]; l.What != office.LineChanges || len(l.Changes) != 1 || l.Changes[0] != (office.Diff{Field: "name_en", From: "DC Hisar", To: "Deputy Commissioner Hisar"}) {
		t.Fatalf("line = %+v", l)
	}
	o, _ := w.org.Directory.Office(w.org.Directory.OfficeByCode("dc-hisar"))
	o.NameEN = "Hisar Administration"
	if err := w.org.ChangeOffice(t.Context(), by, o); err != nil {
		t.Fatal(err)
	}
	again, err := w.org.Apply(t.Context(), by, id, p.Hash)
	if !errors.Is(err, grievance.ErrConflict) || again.Lines[0].Changes[0].From != "Hisar Administration" {
		t.Errorf("applied: %+v, %v", again.Lines, err)
	}
	if _, err := w.org.Apply(t.Context(), by, id, again.Hash); err != nil {
		t.Fatal(err)
	}
	if o, _ = w.org.Directory.Office(o.ID); o.NameEN != "Deputy Commissioner Hisar" {
		t.Errorf("the office is called %s", o.NameEN)
	}
	if _, err := w.org.Apply(t.Context(), by, id, again.Hash); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("applied twice: %v", err)
	}
}

// The check finds gaps, overlaps, closed rows, vacancies and faults of the tree.
func TestCheck(t *testing.T) {
	w := newWorld(t)
	ctx, admin := t.Context(), w.small.Actor(grievance.Administrator)
	find := func() map[office.FindingKind]int {
		t.Helper()
		all, err := office.Check(ctx, w.store, w.org.Directory, w.now)
		if err != nil {
			t.Fatal(err)
		}
		n := map[office.FindingKind]int{}
		for _, f := range all {
			n[f.Kind]++
		}
		return n
	}
	before := find()
	if before[office.Gap] != 0 || before[office.Overlap] != 0 || before[office.ClosedRow] != 0 || before[office.Vacant] != 3 {
		t.Errorf("before: %v", before)
	}
	if err := w.org.Answer(ctx, admin, office.Answers{DepartmentID: storetest.Water, DistrictID: storetest.Nuh}); err != nil {
		t.Fatal(err)
	}
	if n := find(); n[office.Gap] != 1 || n[office.Empty] != before[office.Empty]+1 {
		t.Errorf("without a row for water in Nuh: %v", n)
	}
	_, err := w.org.AddOffice(ctx, admin, grievance.Office{Code: "water-nuh-2", NameEN: "Second", Tier: grievance.FieldOffice, ParentID: storetest.WaterHQ, DepartmentID: storetest.Water, DistrictID: storetest.Nuh})
	if err != nil {
		t.Fatal(err)
	}
	if n := find(); n[office.Gap] != 0 || n[office.Overlap] != 1 {
		t.Errorf("two offices and no row: %v", n)
	}
	w.tx(func(tx *store.Tx) error {
		all, err := tx.Offices(ctx)
		for i := range all {
			switch all[i].ID {
			case storetest.HisarPower:
				all[i].ClosedAt = w.now.Add(-time.Hour)
			case storetest.PowerHQ:
				all[i].ParentID = storetest.WaterHQ
			case storetest.WaterHQ:
				all[i].ParentID = storetest.PowerHQ
			case storetest.NuhDC:
				all[i].ParentID = storetest.HisarPower
			}
		}
		if err != nil {
			return err
		}
		return tx.SaveOffices(ctx, all)
	})
	if err := w.org.Directory.Refresh(ctx, w.store); err != nil {
		t.Fatal(err)
	}
	n := find()
	if n[office.ClosedRow] != 1 || n[office.Gap] != 1 || n[office.Ring] < 2 || n[office.Orphan] != 1 {
		t.Errorf("closed office and broken tree: %v", n)
	}
	all, err := office.Check(ctx, w.store, w.org.Directory, w.now)
	if err != nil || all[0].Kind != office.Gap {
		t.Errorf("the gap is not the loudest: %v, %v", all, err)
	}
}
