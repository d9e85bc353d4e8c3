package office

import (
	"context"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// SaveDepartment adds a department (ID 0) or renames one, or puts it into another.
func (o *Organisation) SaveDepartment(ctx context.Context, by grievance.Actor, d grievance.Department) (int, error) {
	err := o.change(ctx, by, grievance.MayManageOffices, func(tx *store.Tx, now time.Time) (err error) {
		if !o.Directory.Manages(by, grievance.Office{}) {
			return grievance.ErrForbidden // who arranges a part of the state only
		}
		trim(&d.Code, &d.NameEN, &d.NameHI)
		if err := o.Directory.checkDepartment(d); err != nil {
			return err
		}
		event := "department.changed"
		if d.ID == 0 {
			event = "department.added"
			if d.ID, err = tx.NextDepartment(ctx); err != nil {
				return err
			}
		}
		if err := tx.SaveDepartments(ctx, []grievance.Department{d}); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, event, map[string]any{"department": d.ID, "code": d.Code, "parent": d.ParentID}, now)
	})
	if err != nil {
		return 0, fmt.Errorf("save department: %w", err)
	}
	return d.ID, nil
}

func (d *Directory) checkDepartment(x grievance.Department) error {
	switch other := d.DepartmentByCode(x.Code); {
	case !codes.MatchString(x.Code):
		return grievance.Invalid("code", "error.code")
	case other != 0 && other != x.ID:
		return grievance.Invalid("code", "error.code_taken")
	case x.NameEN == "":
		return grievance.Invalid("name_en", "error.name_required")
	}
	if x.ID != 0 {
		if _, ok := d.Department(x.ID); !ok {
			return grievance.ErrNotFound
		}
	}
	if up, ok := d.Department(x.ParentID); x.ParentID != 0 && (!ok || up.ParentID != 0 || x.ParentID == x.ID) {
		return grievance.Invalid("parent", "error.choose")
	}
	return nil
}

// SaveDistrict adds a district or renames one. A district carved out of another one is
// SplitDistrict's.
func (o *Organisation) SaveDistrict(ctx context.Context, by grievance.Actor, d grievance.District) error {
	err := o.change(ctx, by, grievance.MayManageOffices, func(tx *store.Tx, now time.Time) error {
		if !o.Directory.Manages(by, grievance.Office{}) {
			return grievance.ErrForbidden // who arranges a part of the state only
		}
		trim(&d.NameEN, &d.NameHI)
		event := "district.added"
		if was, ok := o.Directory.District(d.ID); ok {
			event, d.Since, d.FromID = "district.changed", was.Since, was.FromID
		}
		if err := o.Directory.checkDistrict(d); err != nil {
			return err
		}
		if err := tx.SaveDistricts(ctx, []grievance.District{d}); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, event, map[string]any{"district": d.ID}, now)
	})
	if err != nil {
		return fmt.Errorf("save district %d: %w", d.ID, err)
	}
	return nil
}

func (d *Directory) checkDistrict(x grievance.District) error {
	if x.ID <= 0 || x.ID > 99999 {
		return grievance.Invalid("lgd", "error.lgd")
	}
	if x.NameEN == "" {
		return grievance.Invalid("name_en", "error.name_required")
	}
	if other := d.DistrictByName(x.NameEN); other != 0 && other != x.ID {
		return grievance.Invalid("name_en", "error.name_taken")
	}
	if x.FromID != 0 {
		if _, ok := d.District(x.FromID); !ok || x.FromID == x.ID {
			return grievance.Invalid("from_district", "error.choose")
		}
		if x.Since.IsZero() {
			return grievance.Invalid("since", "error.date")
		}
	}
	return nil
}

// SplitDistrict carves a new district out of an old one. What reaches us from Since on is
// the new district's; cases of before stay in the old one. Whoever answered in the old
// district answers in the new one until offices of its own are named, and the places
// named in places lie in it from now on.
func (o *Organisation) SplitDistrict(ctx context.Context, by grievance.Actor, d grievance.District, places []int) error {
	err := o.change(ctx, by, grievance.MayManageOffices, func(tx *store.Tx, now time.Time) error {
		if !o.Directory.Manages(by, grievance.Office{}) {
			return grievance.ErrForbidden // who arranges a part of the state only
		}
		trim(&d.NameEN, &d.NameHI)
		if d.FromID == 0 {
			return grievance.Invalid("from_district", "error.choose")
		}
		if _, known := o.Directory.District(d.ID); known {
			return grievance.Invalid("lgd", "error.lgd_taken")
		}
		if err := o.Directory.checkDistrict(d); err != nil {
			return err
		}
		if err := tx.SaveDistricts(ctx, []grievance.District{d}); err != nil {
			return err
		}
		if err := o.splitRows(ctx, tx, d, places, now); err != nil {
			return err
		}
		if err := tx.RecordOffice(ctx, by, "district.split", map[string]any{"district": d.ID, "from": d.FromID, "since": d.Since, "places": len(places)}, now); err != nil {
			return err
		}
		for _, x := range o.Directory.Offices(now) {
			if x.Tier == grievance.Administration && x.DistrictID == d.FromID {
				if err := tellOffice(ctx, tx, by, x.ID, "notice.district_split", x.Code, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("split district %d: %w", d.FromID, err)
	}
	return nil
}

func (o *Organisation) splitRows(ctx context.Context, tx *store.Tx, d grievance.District, places []int, now time.Time) error {
	var rows []Answers
	for _, a := range o.Directory.Matrix() {
		if x, ok := o.Directory.Office(a.OfficeID); a.PlaceID == 0 && a.DistrictID == d.FromID && ok && x.Open(now) && x.Tier != grievance.Administration {
			a.DistrictID = d.ID
			rows = append(rows, a)
		}
	}
	if err := tx.SaveMatrix(ctx, rows); err != nil {
		return err
	}
	var moved []grievance.Place
	for _, id := range places {
		p, ok := o.Directory.Place(id)
		if !ok || p.DistrictID != d.FromID {
			return grievance.Invalid("places", "error.choose")
		}
		p.DistrictID = d.ID
		moved = append(moved, p)
	}
	return tx.SavePlaces(ctx, moved)
}
