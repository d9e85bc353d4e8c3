package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/seed"
	"nivaran/internal/store"
)

// english is a template with words in one language.
func english(way grievance.Way, name, text string) grievance.TemplateText {
	return grievance.TemplateText{Way: way, NameEN: name, TextEN: text}
}

// fitting lists by name what the actor is offered for a public reply in the case.
func fitting(t *testing.T, w *desktest.World, by grievance.Actor, id grievance.ID) map[string]desk.FilledTemplate {
	t.Helper()
	v, err := w.Desk.Case(t.Context(), w.State, id)
	w.Must(err)
	all, err := w.Desk.FittingTemplates(t.Context(), by, id, desk.TemplateQuestion{ComplainantID: v.Complainants[0].ID, AccountID: w.Account.ID, Way: grievance.PublicWay})
	w.Must(err)
	named := map[string]desk.FilledTemplate{}
	for _, f := range all {
		named[f.Name] = f
	}
	return named
}

func TestSharedTemplateNeedsAnother(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx, c := t.Context(), w.Open("Asha")
	words := english(grievance.PublicWay, "Pump", "{number}: the pump is being mended.")
	id, err := w.Desk.SaveTemplate(ctx, w.State, 0, true, words)
	w.Must(err)
	if _, offered := fitting(t, w, w.Magistrate, c)["Pump"]; offered {
		t.Error("a shared template is offered before anybody approved it")
	}
	if err := w.Desk.ApproveTemplate(ctx, w.State, id, 1); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("approved by its author: %v", err)
	}
	if err := w.Desk.ApproveTemplate(ctx, w.Magistrate, id, 1); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("approved without the permission: %v", err)
	}
	other := w.State
	other.ID = w.Clerk.ID
	w.Must(w.Desk.ApproveTemplate(ctx, other, id, 1))
	w.Must(w.Desk.ApproveTemplate(ctx, other, id, 1)) // a second click changes nothing
	if got := fitting(t, w, w.Magistrate, c)["Pump"].Text; !strings.HasSuffix(got, ": the pump is being mended.") {
		t.Errorf("offered: %q", got)
	}
	notices, err := w.Desk.Notices(ctx, w.State)
	w.Must(err)
	if n := countKind(notices, "notice.template_approved"); n != 1 {
		t.Errorf("the author was told %d times, want once", n)
	}

	words.TextEN = "{number}: the pump runs."
	_, err = w.Desk.SaveTemplate(ctx, w.Magistrate, id, true, words)
	w.Must(err)
	if got := fitting(t, w, w.Magistrate, c)["Pump"].Text; !strings.HasSuffix(got, "being mended.") {
		t.Errorf("an edit that nobody approved is offered: %q", got)
	}
	if err := w.Desk.ApproveTemplate(ctx, other, id, 1); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("approved the version before: %v", err)
	}
	w.Must(w.Desk.ApproveTemplate(ctx, w.State, id, 2))
	if got := fitting(t, w, w.Magistrate, c)["Pump"].Text; !strings.HasSuffix(got, "runs.") {
		t.Errorf("after the approval: %q", got)
	}
	if err := w.Desk.RetireTemplate(ctx, w.Magistrate, id); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("retired without the permission: %v", err)
	}
	w.Must(w.Desk.RetireTemplate(ctx, w.State, id))
	if _, offered := fitting(t, w, w.Magistrate, c)["Pump"]; offered {
		t.Error("a retired template is offered")
	}
	if _, err := w.Desk.SaveTemplate(ctx, w.State, id, true, words); !errors.Is(err, grievance.ErrConflict) {
		t.Errorf("a retired template was written on: %v", err)
	}
	w.Sound()
}

func countKind(all []store.Notice, kind string) (n int) {
	for _, x := range all {
		if x.Kind == kind {
			n++
		}
	}
	return n
}

func TestOfficeTemplateIsItsOwn(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx, c := t.Context(), w.Open("Asha")
	id, err := w.Desk.SaveTemplate(ctx, w.Magistrate, 0, false, english(grievance.PublicWay, "Ours", "{number} by {office}"))
	w.Must(err)
	if _, offered := fitting(t, w, w.Magistrate, c)["Ours"]; !offered {
		t.Error("the own office's template is not offered at once")
	}
	if _, offered := fitting(t, w, w.State, c)["Ours"]; offered {
		t.Error("another office is offered it")
	}
	for name, err := range map[string]error{
		"read":   second(w.Desk.Template(ctx, w.Stranger, id)),
		"write":  second(w.Desk.SaveTemplate(ctx, w.Stranger, id, false, english(grievance.PublicWay, "Ours", "theirs"))),
		"retire": w.Desk.RetireTemplate(ctx, w.Stranger, id),
	} {
		if !errors.Is(err, grievance.ErrNotFound) {
			t.Errorf("%s by another office: %v, want not found", name, err)
		}
	}
	for name, err := range map[string]error{
		"list": second(w.Desk.Templates(ctx, w.Field)), "read": second(w.Desk.Template(ctx, w.Field, id)),
		"write": second(w.Desk.SaveTemplate(ctx, w.Field, 0, false, english(grievance.PublicWay, "x", "y"))), "retire": w.Desk.RetireTemplate(ctx, w.Field, id),
	} {
		if !errors.Is(err, grievance.ErrForbidden) {
			t.Errorf("%s without the permission: %v", name, err)
		}
	}
	if _, err := w.Desk.FittingTemplates(ctx, w.Stranger, c, desk.TemplateQuestion{Way: grievance.NoteWay}); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("a case of another district: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// What is inserted is what is counted, and what is sent, to the byte.
func TestTemplateFilledCountedAndSent(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	w.Desk.PublicURL = "https://nivaran.gov.in"
	ctx, c := t.Context(), w.Open("Asha")
	district, _ := w.Desk.Office.Office(w.Magistrate.OfficeID)
	under := "\n— " + district.Name("en") // the state's account carries the district's words
	_, err := w.Desk.SaveTemplate(ctx, w.Magistrate, 0, false, grievance.TemplateText{Way: grievance.PublicWay, NameEN: "Whole", NameHI: "पूरा",
		TextEN: "{number} ({subject}, {district}) is with {office}, received {received}, due {due}, today {date}. {link} {officer}, {title}", TextHI: "{number}: {office}, सड़क"})
	w.Must(err)
	_, err = w.Desk.SaveTemplate(ctx, w.Magistrate, 0, false, english(grievance.PublicWay, "Long", "{link} "+strings.Repeat("क", 256-len([]rune(under)))))
	w.Must(err)
	_, err = w.Desk.SaveTemplate(ctx, w.Magistrate, 0, false, english(grievance.PublicWay, "Longer", "{link} "+strings.Repeat("क", 257-len([]rune(under)))))
	w.Must(err)
	_, err = w.Desk.SaveTemplate(ctx, w.Magistrate, 0, false, english(grievance.PublicWay, "Gap", "Because {words}"))
	w.Must(err)
	offered := fitting(t, w, w.Magistrate, c)
	number := w.Case(c).Number
	subject, _ := w.Desk.Office.Subject(w.Case(c).SubjectID)
	at, _ := w.Desk.Office.Office(w.Case(c).OfficeID)
	want := fmt.Sprintf("%s (%s, Hisar) is with %s, received 02.11.2026, due %s, today 02.11.2026. https://nivaran.gov.in/n/%s Officer, %s",
		number, subject.Name("en"), at.Name("en"), w.Case(c).DueAt.In(grievance.India).Format("02.01.2006"), number, grievance.DistrictNodal)
	if got := offered["Whole"].Text; got != want {
		t.Errorf("filled\n%s\nwant\n%s", got, want)
	}
	// A link counts 23 on X, however long it is: 23 + 1 + 256, the name under them
	// included, fits; one more does not.
	if l := offered["Long"]; l.Length != 280 || l.Limit != 280 || !l.Reaches {
		t.Errorf("280 letters after filling: %d of %d, reaches %v", l.Length, l.Limit, l.Reaches)
	}
	if l := offered["Longer"]; l.Length != 281 || l.Reaches {
		t.Errorf("281 letters after filling: %d, reaches %v", l.Length, l.Reaches)
	}
	v, err := w.Desk.Case(ctx, w.State, c)
	w.Must(err)
	send := func(f desk.FilledTemplate) error {
		return w.Desk.Reply(ctx, w.Magistrate, c, desk.ReplyRequest{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay, Text: f.Text, TemplateID: f.ID})
	}
	if invalid, ok := errors.AsType[*grievance.InvalidError](send(offered["Longer"])); !ok || invalid.Key != "error.too_long_by" || invalid.Args["Count"] != 1 {
		t.Errorf("one letter too long: %v", invalid)
	}
	gap := offered["Gap"]
	if invalid, ok := errors.AsType[*grievance.InvalidError](send(gap)); !ok || invalid.Key != "error.gap" || invalid.Args["Gap"] != "write here" {
		t.Errorf("sent with a gap: %v", invalid)
	}
	if invalid, ok := errors.AsType[*grievance.InvalidError](w.Desk.Note(ctx, w.Magistrate, c, gap.Text, nil)); !ok || invalid.Key != "error.gap" {
		t.Errorf("noted with a gap: %v", invalid)
	}
	w.Must(send(offered["Long"]))
	if v, err = w.Desk.Case(ctx, w.State, c); err != nil {
		t.Fatal(err)
	}
	if last := v.Replies[len(v.Replies)-1]; last.Text != offered["Long"].Text+under {
		t.Errorf("sent %q, inserted %q", last.Text, offered["Long"].Text)
	}
}

// Templates of the subject come first, then of the department, the own office, the
// citizen's language and what was used last; what is for others is not offered.
func TestTemplatesByFit(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx, c := t.Context(), w.Open("Asha")
	kase := w.Case(c)
	v, err := w.Desk.Case(ctx, w.State, c)
	w.Must(err)
	q := desk.TemplateQuestion{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay}
	save := func(name string, change func(t *grievance.TemplateText)) grievance.ID {
		x := english(grievance.PublicWay, name, "{number} "+name)
		change(&x)
		id, err := w.Desk.SaveTemplate(ctx, w.Magistrate, 0, false, x)
		w.Must(err)
		return id
	}
	save("own", func(*grievance.TemplateText) {})
	used := save("own used", func(*grievance.TemplateText) {})
	save("own Hindi", func(x *grievance.TemplateText) {
		x.NameHI, x.TextHI, x.NameEN, x.TextEN = "own Hindi", "हिंदी", "", ""
	})
	save("department", func(x *grievance.TemplateText) { x.DepartmentID = kase.DepartmentID })
	save("subject", func(x *grievance.TemplateText) { x.SubjectID = kase.SubjectID })
	save("other subject", func(x *grievance.TemplateText) { x.SubjectID = kase.SubjectID + 1 })
	save("letter", func(x *grievance.TemplateText) { x.Way = grievance.LetterWay })
	save("facebook", func(x *grievance.TemplateText) { x.Channel = grievance.Facebook })
	w.Clock = w.Clock.Add(time.Minute)
	w.Must(w.Desk.Reply(ctx, w.Magistrate, c, desk.ReplyRequest{ComplainantID: q.ComplainantID, Way: q.Way, Text: "as before", TemplateID: used}))
	all, err := w.Desk.FittingTemplates(ctx, w.Magistrate, c, q)
	w.Must(err)
	var names []string
	for _, f := range all {
		names = append(names, f.Name)
	}
	want := []string{"subject", "department", "own used", "own", "own Hindi"}
	if len(names) < len(want) || !slices.Equal(names[:len(want)], want) {
		t.Errorf("offered %q, want first %q", names, want)
	}
	for _, never := range []string{"other subject", "letter", "facebook"} {
		if slices.Contains(names, never) {
			t.Errorf("%q is offered", never)
		}
	}
}

// Every delivered template can be saved as it is, and reaches X where it is for X.
func TestDeliveredTemplates(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx, c := t.Context(), w.Open("Asha")
	public := 0
	for _, s := range seed.Templates() {
		x := grievance.TemplateText{Way: grievance.Way(s.Way), Channel: grievance.Channel(s.Channel), NameEN: s.NameEN, NameHI: s.NameHI, TextEN: s.TextEN, TextHI: s.TextHI}
		if _, err := w.Desk.SaveTemplate(ctx, w.State, 0, true, x); err != nil {
			t.Errorf("%s: %v", s.Code, err)
		}
		if x.Way == grievance.PublicWay && x.Channel != grievance.Facebook {
			public++
		}
	}
	offered := fitting(t, w, w.Magistrate, c)
	if len(offered) != public {
		t.Errorf("%d delivered templates are offered for X, want %d", len(offered), public)
	}
	for name, f := range offered {
		if !f.Reaches {
			t.Errorf("%s is too long for X: %d of %d", name, f.Length, f.Limit)
		}
	}
	all, err := w.Desk.Templates(ctx, w.Magistrate)
	w.Must(err)
	if len(all) != 2*len(seed.Templates()) {
		t.Errorf("%d templates, want the delivered ones once and the saved ones", len(all))
	}
}
