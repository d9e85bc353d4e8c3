package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// errOwnTemplate: whoever wrote a shared template does not approve it.
var errOwnTemplate = fmt.Errorf("own template: %w", grievance.ErrForbidden)

// mayTemplates says whether the actor has anything to do with the list of templates.
func mayTemplates(by grievance.Actor) bool {
	return by.May(grievance.MayWriteTemplates) || by.May(grievance.MayApproveTemplates)
}

// Templates lists the templates of the actor's office and the shared ones, retired ones
// too, with their newest words.
func (d *Desk) Templates(ctx context.Context, by grievance.Actor) (all []store.TemplateView, err error) {
	if !mayTemplates(by) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Templates(ctx, by.OfficeID)
		return err
	})
	return all, err
}

// TemplateHistory is a template with all its versions, the newest first.
type TemplateHistory struct {
	grievance.Template
	Texts    []grievance.TemplateText
	Officers map[grievance.ID]grievance.Officer // who wrote and approved
}

// UsableText is the version that officers may use; false: none.
func (h TemplateHistory) UsableText() (grievance.TemplateText, bool) {
	i := slices.IndexFunc(h.Texts, func(t grievance.TemplateText) bool { return t.Version == h.Usable })
	if i < 0 {
		return grievance.TemplateText{}, false
	}
	return h.Texts[i], true
}

// Template reads a template of the actor's office, or a shared one.
func (d *Desk) Template(ctx context.Context, by grievance.Actor, id grievance.ID) (h TemplateHistory, err error) {
	if !mayTemplates(by) {
		return h, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) (err error) {
		if h.Template, err = tx.Template(ctx, by.OfficeID, id); err != nil {
			return err
		}
		if h.Texts, err = tx.TemplateTexts(ctx, id); err != nil {
			return err
		}
		h.Officers = map[grievance.ID]grievance.Officer{}
		for _, t := range h.Texts {
			for _, who := range []grievance.ID{t.AuthorID, t.ApproverID} {
				o, err := tx.Officer(ctx, who)
				if err != nil && !isNone(err) {
					return err
				}
				h.Officers[who] = o
			}
		}
		return nil
	})
	if err != nil {
		return h, fmt.Errorf("template %s: %w", id, err)
	}
	return h, nil
}

// SaveTemplate adds a template (id 0), or a version to one. A shared one waits for another
// officer's approval, and is used as it was approved before until then; that of the own
// office is used at once. It gives the template's id.
func (d *Desk) SaveTemplate(ctx context.Context, by grievance.Actor, id grievance.ID, shared bool, t grievance.TemplateText) (grievance.ID, error) {
	if !by.May(grievance.MayWriteTemplates) {
		return 0, grievance.ErrForbidden
	}
	for _, s := range []*string{&t.NameEN, &t.NameHI, &t.TextEN, &t.TextHI} {
		*s = clean(*s)
	}
	if err := d.checkTemplate(t); err != nil {
		return 0, err
	}
	now := d.Now()
	err := d.Store.Tx(ctx, func(tx *store.Tx) error {
		head := grievance.Template{ID: id}
		if id == 0 {
			head.ID = tx.NewID(now)
			if !shared {
				head.OfficeID = by.OfficeID
			}
		} else if h, err := tx.Template(ctx, by.OfficeID, id); err != nil {
			return err
		} else if head = h; !head.RetiredAt.IsZero() {
			return fmt.Errorf("%w: it is retired", grievance.ErrConflict)
		}
		head.Latest++
		t.TemplateID, t.Version, t.AuthorID, t.WrittenAt, t.ApproverID, t.ApprovedAt = head.ID, head.Latest, by.ID, now, 0, time.Time{}
		if !head.Shared() {
			head.Usable = head.Latest
		}
		id = head.ID
		if err := errors.Join(tx.SaveTemplate(ctx, head), tx.SaveTemplateText(ctx, t)); err != nil {
			return err
		}
		if head.Shared() {
			if err := d.tellApprovers(ctx, tx, by, t); err != nil {
				return err
			}
		}
		return tx.RecordOffice(ctx, by, "template.written", map[string]any{"template": head.ID, "version": head.Latest, "office": head.OfficeID}, now)
	})
	if err != nil {
		return 0, fmt.Errorf("save template: %w", err)
	}
	return id, nil
}

// channelsOf are the channels on which a way exists.
var channelsOf = map[grievance.Way][]grievance.Channel{
	grievance.PublicWay:  {"", grievance.X, grievance.Facebook},
	grievance.PrivateWay: {"", grievance.Facebook},
	grievance.LetterWay:  {"", grievance.Email},
	grievance.NoteWay:    {""},
}

// templateLength bounds the words of a template, which is more than any channel takes.
const templateLength = 4000

func (d *Desk) checkTemplate(t grievance.TemplateText) error {
	if err := within("way", t.Way, grievance.TemplateWays); err != nil {
		return err
	}
	if err := within("channel", t.Channel, channelsOf[t.Way]); err != nil {
		return err
	}
	if _, ok := d.Office.Department(t.DepartmentID); !ok && t.DepartmentID != 0 {
		return grievance.Invalid("department", "error.not_a_choice")
	}
	if s, ok := d.Office.Subject(t.SubjectID); t.SubjectID != 0 && (!ok || t.DepartmentID != 0 && s.DepartmentID != t.DepartmentID) {
		return grievance.Invalid("subject", "error.template_subject")
	}
	switch {
	case t.TextEN == "" && t.TextHI == "":
		return grievance.Invalid("text_hi", "error.template_empty")
	case t.TextEN != "" && t.NameEN == "":
		return grievance.Invalid("name_en", "error.required")
	case t.TextHI != "" && t.NameHI == "":
		return grievance.Invalid("name_hi", "error.required")
	case len([]rune(t.NameEN)) > 120:
		return grievance.Invalid("name_en", "error.template_long")
	case len([]rune(t.NameHI)) > 120:
		return grievance.Invalid("name_hi", "error.template_long")
	case len([]rune(t.TextEN)) > templateLength:
		return grievance.Invalid("text_en", "error.template_long")
	case len([]rune(t.TextHI)) > templateLength:
		return grievance.Invalid("text_hi", "error.template_long")
	}
	return t.Check()
}

// tellApprovers tells everybody but the author who may approve a shared template.
func (d *Desk) tellApprovers(ctx context.Context, tx *store.Tx, by grievance.Actor, t grievance.TemplateText) error {
	charges, err := tx.AllCharges(ctx, d.Now())
	if err != nil {
		return err
	}
	told := map[grievance.ID]bool{by.ID: true}
	for _, c := range charges {
		a, ok := d.Office.Actor(c.Charge)
		who := c.Acting()
		if !ok || who == 0 || told[who] || !a.May(grievance.MayApproveTemplates) {
			continue
		}
		told[who] = true
		if err := tx.Notify(ctx, store.Notice{OfficerID: who, Kind: "notice.template_waits", Data: t.Name("en"), At: d.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// ApproveTemplate lets a version of a shared template be used. It must be the newest, and
// written by another; approved once more it stays as it is.
func (d *Desk) ApproveTemplate(ctx context.Context, by grievance.Actor, id grievance.ID, version int) error {
	return d.decideTemplate(ctx, by, id, "template.approved", func(tx *store.Tx, t *grievance.Template) error {
		switch {
		case !by.May(grievance.MayApproveTemplates):
			return grievance.ErrForbidden
		case !t.Shared() || !t.RetiredAt.IsZero() || version != t.Latest:
			return fmt.Errorf("%w: it is not what waits for approval", grievance.ErrConflict)
		case t.Usable == t.Latest:
			return errDone
		}
		texts, err := tx.TemplateTexts(ctx, id)
		if err != nil {
			return err
		}
		words := texts[0]
		if by.Is(words.AuthorID) {
			return errOwnTemplate
		}
		words.ApproverID, words.ApprovedAt = by.ID, d.Now()
		t.Usable = version
		if err := tx.SaveTemplateText(ctx, words); err != nil {
			return err
		}
		return tx.Notify(ctx, store.Notice{OfficerID: words.AuthorID, Kind: "notice.template_approved", Data: words.Name("en"), At: d.Now()})
	})
}

// RetireTemplate takes a template out of use; what was written with it stays. One that is
// shared is retired by whoever may approve it.
func (d *Desk) RetireTemplate(ctx context.Context, by grievance.Actor, id grievance.ID) error {
	return d.decideTemplate(ctx, by, id, "template.retired", func(_ *store.Tx, t *grievance.Template) error {
		may := grievance.MayWriteTemplates
		if t.Shared() {
			may = grievance.MayApproveTemplates
		}
		if !by.May(may) {
			return grievance.ErrForbidden
		}
		if !t.RetiredAt.IsZero() {
			return errDone
		}
		t.RetiredAt = d.Now()
		return nil
	})
}

// errDone: the same was asked for before; once is enough.
var errDone = errors.New("done before")

func (d *Desk) decideTemplate(ctx context.Context, by grievance.Actor, id grievance.ID, event string, decide func(tx *store.Tx, t *grievance.Template) error) error {
	if !mayTemplates(by) {
		return grievance.ErrForbidden
	}
	err := d.Store.Tx(ctx, func(tx *store.Tx) error {
		t, err := tx.Template(ctx, by.OfficeID, id)
		if err != nil {
			return err
		}
		if err := decide(tx, &t); err != nil {
			return err
		}
		if err := tx.SaveTemplate(ctx, t); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, event, map[string]any{"template": id, "version": t.Latest, "office": t.OfficeID}, d.Now())
	})
	if err != nil && !errors.Is(err, errDone) {
		return fmt.Errorf("%s %s: %w", event, id, err)
	}
	return nil
}
