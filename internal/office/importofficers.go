package office

import (
	"context"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

func (d *Directory) officerRecord(o grievance.Officer, c grievance.Charge) record {
	return record{"email": o.Email, "name_en": o.NameEN, "name_hi": o.NameHI, "office": d.officeCode(c.OfficeID), "role": string(c.Role), "title_en": c.TitleEN, "title_hi": c.TitleHI,
		"from": Day(c.From), "to": LastDay(c.To), "duty": yes(c.Duty), "additional": yes(c.Additional)}
}

// officerRecords are the officers with each charge that has not ended; those without one
// stand once.
func (o *Organisation) officerRecords(ctx context.Context) (rows []record, err error) {
	err = o.Store.View(ctx, func(tx *store.Tx) error {
		people, err := tx.Officers(ctx)
		if err != nil {
			return err
		}
		charges, err := tx.ChargesFrom(ctx, o.Now())
		if err != nil {
			return err
		}
		of := map[grievance.ID][]grievance.Charge{}
		for _, c := range charges {
			of[c.OfficerID] = append(of[c.OfficerID], c)
		}
		for _, p := range people {
			if len(of[p.ID]) == 0 {
				of[p.ID] = []grievance.Charge{{}}
			}
			for _, c := range of[p.ID] {
				rows = append(rows, o.Directory.officerRecord(p, c))
			}
		}
		return nil
	})
	return rows, err
}

// officers takes lines of officers with their charges: each adds the officer who is not
// known, appoints to the charge that is not held, and changes what differs.
func (t *taking) officers(ctx context.Context, rows []numbered) error {
	people, err := t.tx.Officers(ctx)
	if err != nil {
		return err
	}
	charges, err := t.tx.ChargesFrom(ctx, t.now)
	if err != nil {
		return err
	}
	known := map[string]grievance.Officer{}
	for _, p := range people {
		known[strings.ToLower(p.Email)] = p
	}
	of := map[grievance.ID][]grievance.Charge{}
	for _, c := range charges {
		of[c.OfficerID] = append(of[c.OfficerID], c)
	}
	for _, r := range rows {
		r.record["email"] = strings.ToLower(r.record["email"])
		p := known[r.record["email"]]
		l, err := t.officer(ctx, r, &p, of[p.ID])
		if refused(err) {
			l, err = t.wrong(l, err), nil
		}
		if err != nil {
			return err
		}
		if p.ID != 0 {
			known[r.record["email"]] = p
		}
		t.lines = append(t.lines, l)
	}
	return nil
}

// officer does one line; p is filled in when it is a new officer.
func (t *taking) officer(ctx context.Context, row numbered, p *grievance.Officer, charges []grievance.Charge) (Line, error) {
	r, d := row.record, t.o.Directory
	var held grievance.Charge
	for _, c := range charges {
		if d.officeCode(c.OfficeID) == r["office"] && string(c.Role) == r["role"] {
			held = c
		}
	}
	var was record
	if p.ID != 0 && (held.ID != 0 || r["office"] == "") {
		was = d.officerRecord(*p, held)
	}
	for _, field := range []string{"from", "to"} { // however the spreadsheet writes days
		day, err := ParseDay(field, r[field])
		if err != nil {
			return Line{N: row.n, Name: r["email"]}, err
		}
		if _, given := r[field]; given {
			r[field] = Day(day)
		}
	}
	for _, field := range []string{"duty", "additional"} {
		on, err := parseYes(field, r[field])
		if err != nil {
			return Line{N: row.n, Name: r["email"]}, err
		}
		if _, given := r[field]; given {
			r[field] = yes(on)
		}
	}
	if was != nil && r["from"] == "" {
		r["from"] = was["from"]
	}
	l := t.compare(row, strings.TrimSpace(r["email"]+" "+r["office"]+" "+r["role"]), was, OfficersFile.Columns())
	if l.What == LineWrong || l.What == LineSame {
		return l, nil
	}
	if err := t.person(ctx, r, p); err != nil || r["office"] == "" {
		return l, err
	}
	if held.ID != 0 {
		return l, t.changeCharge(ctx, r, held)
	}
	return l, t.appoint(ctx, r, p.ID)
}

// person adds the officer, or changes the names.
func (t *taking) person(ctx context.Context, r record, p *grievance.Officer) error {
	if p.ID != 0 && p.NameEN == r["name_en"] && p.NameHI == r["name_hi"] {
		return nil
	}
	changed := *p
	changed.Email, changed.NameEN, changed.NameHI = r["email"], r["name_en"], r["name_hi"]
	if err := t.o.Directory.saveOfficer(ctx, t.tx, t.by, &changed, t.now); err != nil {
		return err
	}
	*p = changed
	return nil
}

func (t *taking) appoint(ctx context.Context, r record, officer grievance.ID) error {
	a, err := t.appointment(r)
	if err != nil {
		return err
	}
	a.OfficerID = officer
	_, err = t.o.Directory.Appoint(ctx, t.tx, t.by, a, t.now)
	return err
}

func (t *taking) appointment(r record) (a Appointment, err error) {
	d := t.o.Directory
	if a.OfficeID, err = reference("office", r["office"], d.OfficeByCode); err != nil {
		return a, err
	}
	if _, ok := d.Role(grievance.Role(r["role"])); !ok {
		_, err := reference("role", r["role"]+" ", func(string) int { return 0 })
		return a, err
	}
	a.Role, a.TitleEN, a.TitleHI = grievance.Role(r["role"]), r["title_en"], r["title_hi"]
	a.Duty, a.Additional = r["duty"] == "yes", r["additional"] == "yes"
	if a.From, err = ParseDay("from", r["from"]); err != nil {
		return a, err
	}
	a.To, err = ParseLastDay("to", r["to"])
	return a, err
}

// changeCharge changes title, end and duties of a charge that is held or comes.
func (t *taking) changeCharge(ctx context.Context, r record, c grievance.Charge) error {
	a, err := t.appointment(r)
	if err != nil {
		return err
	}
	change := ChargeChange{TitleEN: a.TitleEN, TitleHI: a.TitleHI, To: c.To, Duty: a.Duty, Additional: a.Additional}
	if Day(c.From) != r["from"] {
		return grievance.Invalid("from", "error.from_fixed")
	}
	if LastDay(c.To) != r["to"] {
		change.To = a.To
	}
	return t.o.Directory.ChangeCharge(ctx, t.tx, t.by, c, change, t.now)
}

// ChargeChange is what can be changed of a charge while it is held.
type ChargeChange struct {
	TitleEN, TitleHI string
	To               time.Time // zero: open
	Duty, Additional bool
}

// ChangeCharge changes title, end or duties of a charge in the caller's transaction. It
// asks for the same as its end; the beginning, the office and the role stay.
func (d *Directory) ChangeCharge(ctx context.Context, tx *store.Tx, by grievance.Actor, c grievance.Charge, to ChargeChange, now time.Time) error {
	if by.Is(c.OfficerID) {
		return grievance.Invalid("email", "error.own_charge")
	}
	trim(&to.TitleEN, &to.TitleHI)
	o, _ := d.Office(c.OfficeID)
	if err := d.MayGrant(ctx, tx, by, c.Role, o, now); err != nil {
		return err
	}
	switch {
	case to.TitleEN == "":
		return grievance.Invalid("title_en", "error.title_required")
	case !to.To.IsZero() && (!to.To.After(now) || !to.To.After(c.From)) && !to.To.Equal(c.To):
		return grievance.Invalid("to", "error.end_ahead")
	}
	if !to.To.Equal(c.To) && !to.To.IsZero() {
		if err := d.leavesAManager(ctx, tx, c, now); err != nil {
			return err
		}
	}
	c.TitleEN, c.TitleHI, c.To, c.Duty, c.Additional = to.TitleEN, to.TitleHI, to.To, to.Duty, to.Additional
	if err := tx.SaveCharge(ctx, c); err != nil {
		return err
	}
	if err := tx.RecordOffice(ctx, by, "charge.changed", map[string]any{"officer": c.OfficerID, "charge": c.ID, "to": c.To, "duty": c.Duty, "additional": c.Additional}, now); err != nil {
		return err
	}
	return tx.Notify(ctx, store.Notice{OfficerID: c.OfficerID, Kind: "notice.charge_changed", Data: o.Code, At: now})
}
