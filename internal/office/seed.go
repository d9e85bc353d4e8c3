package office

import (
	"context"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/seed"
	"nivaran/internal/store"
)

// Seed writes the organisation of Haryana to the store. Ids follow the order of the
// delivered files, districts carry their code of the Local Government Directory; done
// again it changes nothing.
func Seed(ctx context.Context, s *store.Store) error {
	p := plan()
	err := s.Tx(ctx, func(tx *store.Tx) error {
		for _, step := range []func() error{
			func() error { return tx.SaveDistricts(ctx, p.Districts) },
			func() error { return tx.SavePlaces(ctx, p.Places) },
			func() error { return tx.SaveDepartments(ctx, p.Departments) },
			func() error { return tx.SaveSubjects(ctx, p.Subjects) },
			func() error { return tx.SaveOffices(ctx, p.Offices) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		if err := tx.SaveMatrix(ctx, p.Matrix); err != nil {
			return err
		}
		for _, h := range seed.Holidays() {
			if err := tx.SaveHoliday(ctx, h.Day, h.NameEN, h.NameHI); err != nil {
				return err
			}
		}
		return deliverTemplates(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("seed organisation: %w", err)
	}
	return nil
}

// delivered is the day from which the templates of this version count as approved.
var delivered = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// deliverTemplates adds the shared templates that come with the program.
func deliverTemplates(ctx context.Context, tx *store.Tx) error {
	for _, t := range seed.Templates() {
		words := grievance.TemplateText{Way: grievance.Way(t.Way), Channel: grievance.Channel(t.Channel), NameEN: t.NameEN, NameHI: t.NameHI, TextEN: t.TextEN, TextHI: t.TextHI}
		if err := tx.DeliverTemplate(ctx, t.Code, words, delivered); err != nil {
			return fmt.Errorf("template %s: %w", t.Code, err)
		}
	}
	return nil
}

// plan turns the delivered files into the lists of the store.
func plan() Facts {
	var f Facts
	for _, d := range seed.Districts() {
		var since time.Time
		if d.Since != "" {
			since, _ = time.ParseInLocation("2006-01-02", d.Since, grievance.India)
		}
		f.Districts = append(f.Districts, grievance.District{ID: d.Code, NameEN: d.NameEN, NameHI: d.NameHI, Since: since, FromID: d.From})
	}
	for i, p := range seed.Places() {
		f.Places = append(f.Places, grievance.Place{ID: i + 1, Code: fmt.Sprint(p.Code), Tier: p.Tier, NameEN: p.NameEN, NameHI: p.NameHI, DistrictID: p.District})
	}
	departments := map[string]int{}
	for i, d := range seed.Departments() {
		departments[d.Code] = i + 1
	}
	for i, d := range seed.Departments() {
		f.Departments = append(f.Departments, grievance.Department{ID: i + 1, Code: d.Code, NameEN: d.NameEN, NameHI: d.NameHI, ParentID: departments[d.Parent], Outside: d.Outside})
	}
	for i, s := range seed.Subjects() {
		f.Subjects = append(f.Subjects, grievance.Subject{ID: i + 1, Code: s.Code, DepartmentID: departments[s.Department], BodyID: departments[s.Body],
			CategoryEN: s.CategoryEN, CategoryHI: s.CategoryHI, NameEN: s.NameEN, NameHI: s.NameHI, KindHint: s.KindHint, Urgency: grievance.Urgency(s.Urgency),
			LimitDays: s.LimitDays, LimitSource: s.LimitSource, Sensitive: s.Sensitive})
	}
	offices := map[string]int{}
	for i, o := range seed.Offices() {
		offices[o.Code] = i + 1
	}
	for i, o := range seed.Offices() {
		f.Offices = append(f.Offices, grievance.Office{ID: i + 1, Code: o.Code, NameEN: o.NameEN, NameHI: o.NameHI, Tier: grievance.Tier(o.Tier),
			ParentID: offices[o.Parent], DistrictID: o.District, DepartmentID: departments[o.Department]})
	}
	for _, c := range seed.Matrix() {
		f.Matrix = append(f.Matrix, Answers{DepartmentID: departments[c.Department], DistrictID: c.District, OfficeID: offices[c.Office]})
	}
	return f
}
