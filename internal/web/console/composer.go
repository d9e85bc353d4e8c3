package console

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/text"
	"nivaran/internal/web"
)

// The modes of the composer: three plainly different ways to write.
const (
	publicMode  = "public"
	privateMode = "private"
	noteMode    = "note"
)

// draft is what was typed and could not be taken as it was.
type draft struct {
	Mode, Text  string
	Complainant string
	Template    string // that it was begun from
	Error       string
	Warn        bool // personal data: ask before everyone can read it
	// Proposed is what the language helper wrote for it, Told what it says of the case.
	Proposed, Told *proposal
}

// personalData finds what looks like a telephone, Aadhaar, account or PAN number or a
// mail address, in a syntax that Go and JavaScript share.
const personalData = `[0-9०-९]{4}[\s-]?[0-9०-९]{4}[\s-]?[0-9०-९]{4}|[6-9६-९][0-9०-९]{4}[\s-]?[0-9०-९]{5}|\b0[0-9]{2,4}[\s-][0-9]{5,8}|` +
	`[0-9०-९]{9,18}|[A-Z]{5}[0-9]{4}[A-Z]|[^\s@]+@[^\s@]+\.[a-z]{2,}`

var personal = regexp.MustCompile("(?i)" + personalData)

// composer shows where an officer writes; nil where the charge writes nothing.
func (c *Console) composer(ctx context.Context, v *web.Visit, cv *desk.CaseView, d *draft) (*composer, error) {
	by := v.Who.Actor
	if !by.Can(grievance.MayNote, cv.Case) || cv.Case.State == grievance.Merged {
		return nil, nil
	}
	if d == nil {
		d = &draft{}
	}
	out := &composer{Personal: personalData}
	if by.Can(grievance.MayReply, cv.Case) && !cv.Case.State.Ended() {
		for _, build := range []func(context.Context, *web.Visit, *desk.CaseView, *draft) (way, error){c.publicWay, c.privateWay} {
			w, err := build(ctx, v, cv, d)
			if err != nil {
				return nil, err
			}
			out.Ways = append(out.Ways, w)
		}
	}
	out.Ways = append(out.Ways, noteWay(v, cv, d))
	for i := range out.Ways {
		if err := c.offerTemplates(ctx, v, cv, d, &out.Ways[i]); err != nil {
			return nil, err
		}
		c.offerHelp(v, cv, d, &out.Ways[i])
	}
	chosen := slices.IndexFunc(out.Ways, func(w way) bool { return w.Key == d.Mode })
	if chosen < 0 {
		chosen = max(slices.IndexFunc(out.Ways, func(w way) bool { return w.Closed == "" }), 0)
	}
	out.Ways[chosen].Chosen = true
	return out, nil
}

func noteWay(v *web.Visit, cv *desk.CaseView, d *draft) way {
	w := way{
		Key: noteMode, Letter: "i", Icon: "sticky", Name: v.T("case.way_note"), Action: caseURL(cv) + "/note",
		Says: v.T("case.says_note"), Hint: v.T("case.hint_note"), Send: v.T("case.keep_note"),
	}
	w.take(d)
	return w
}

func (w *way) take(d *draft) {
	if d.Mode == w.Key {
		w.Text, w.Error, w.Warn = d.Text, d.Error, d.Warn
	}
}

func caseURL(cv *desk.CaseView) string { return "/cases/" + cv.Case.ID.String() }

func (c *Console) publicWay(ctx context.Context, v *web.Visit, cv *desk.CaseView, d *draft) (way, error) {
	w := way{
		Key: publicMode, Letter: "r", Icon: "megaphone-fill", Name: v.T("case.way_public"), Action: caseURL(cv) + "/reply",
		Closed: v.T("case.closed_public"), Send: v.T("case.send_public"),
	}
	w.take(d)
	if cv.Case.Sensitive {
		w.Closed = v.T("error.sensitive_not_public")
		return w, c.elsewhere(ctx, v, cv, &w, grievance.PublicWay)
	}
	public := map[grievance.ID]bool{}
	for _, p := range cv.Posts {
		public[p.ID] = p.Public
	}
	err := c.fill(ctx, v, cv, d, &w, grievance.PublicWay, func(k *grievance.Complainant) bool {
		return k.Channel != grievance.Email && public[k.PostID]
	})
	return w, err
}

func (c *Console) privateWay(ctx context.Context, v *web.Visit, cv *desk.CaseView, d *draft) (way, error) {
	w := way{
		Key: privateMode, Letter: "m", Icon: "lock-fill", Name: v.T("case.way_private"), Action: caseURL(cv) + "/reply",
		Closed: v.T("case.closed_private"), Send: v.T("case.send_private"), Hint: v.T("case.hint_private"),
	}
	w.take(d)
	err := c.fill(ctx, v, cv, d, &w, grievance.PrivateWay, func(k *grievance.Complainant) bool { return k.Channel != grievance.X })
	if err != nil || w.Closed != "" {
		return w, err
	}
	if k := chosenComplainant(cv, &w); k != nil && k.Channel == grievance.Email {
		w.Name = v.T("case.way_letter")
		if w.Send == v.T("case.send_private") {
			w.Send = v.T("case.send_letter")
		}
		if d.Mode != w.Key {
			w.Text = letterStart(v.Who.Officer, k.Language)
		}
	}
	return w, nil
}

// letterStart is an empty letter to who reads the language: room, and the officer's
// signature. A browser takes the first line end for the form's own.
func letterStart(o grievance.Officer, lang string) string {
	signature := o.Signature(strings.TrimSuffix(lang, "-Latn"))
	if signature == "" {
		return ""
	}
	return "\n\n\n" + signature
}

// unwritten says whether a letter is no more than its start.
func unwritten(o grievance.Officer, text string) bool {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	return text != "" && (text == o.SignatureEN || text == o.SignatureHI)
}

// fill names who can be written to in the way, which accounts may speak, why the others
// may not, and what else can be done where none may.
func (c *Console) fill(ctx context.Context, v *web.Visit, cv *desk.CaseView, d *draft, w *way, how grievance.Way, reaches func(*grievance.Complainant) bool) error {
	k := c.clocks(v)
	for _, p := range cv.Complainants {
		if !reaches(p) {
			continue
		}
		choice := web.Choice{Value: p.ID.String(), Text: complainantName(k, cv.Case, p) + " · " + v.T("channel."+string(p.Channel))}
		choice.Chosen = choice.Value == d.Complainant
		w.To = append(w.To, choice)
	}
	if len(w.To) == 0 {
		return c.elsewhere(ctx, v, cv, w, how)
	}
	w.Closed = ""
	sp, err := c.speakers(ctx, v, cv, w, how)
	if err != nil {
		return err
	}
	if len(w.Accounts) == 0 {
		w.Closed, w.Next = v.T("case.closed_accounts"), c.advice(v, sp.Next)
		return nil
	}
	w.measure(v, chosenComplainant(cv, w), sp)
	return nil
}

// speakers lists the accounts: those that may speak to the chosen complainant, the best
// one first, and to the others.
func (c *Console) speakers(ctx context.Context, v *web.Visit, cv *desk.CaseView, w *way, how grievance.Way) (desk.Speaking, error) {
	var first desk.Speaking
	chosen := chosenComplainant(cv, w)
	offered, refused := map[int]bool{}, map[int]desk.Voice{}
	for _, p := range inFront(cv.Complainants, chosen) {
		if !slices.ContainsFunc(w.To, func(t web.Choice) bool { return t.Value == p.ID.String() }) {
			continue
		}
		sp, err := c.Desk.Speak(ctx, v.Who.Actor, cv.Case.ID, p.ID, wayOf(p, how))
		if err != nil {
			return first, err
		}
		if p == chosen {
			first = sp
		}
		for _, x := range sp.Voices {
			switch id := x.Account.ID; {
			case x.Refused != "":
				refused[id] = x
			case !offered[id]:
				offered[id] = true
				w.Accounts = append(w.Accounts, web.Choice{Value: strconv.Itoa(id), Text: voiceWords(v, x), Chosen: id == first.Best})
			}
		}
	}
	for _, x := range ordered(refused) {
		if !offered[x.Account.ID] {
			w.Refusals = append(w.Refusals, refusal{Name: cmp.Or(x.Account.Handle, x.Account.Name), Words: v.T(x.Refused)})
		}
	}
	return first, nil
}

// inFront puts the chosen complainant before the others.
func inFront(all []*grievance.Complainant, chosen *grievance.Complainant) []*grievance.Complainant {
	out := []*grievance.Complainant{chosen}
	for _, p := range all {
		if p != chosen {
			out = append(out, p)
		}
	}
	return out
}

// voiceWords names an account, and what becomes of words that it carries.
func voiceWords(v *web.Visit, x desk.Voice) string {
	words := v.T("case.speak_as", "Name", cmp.Or(x.Account.Handle, x.Account.Name))
	if !x.Until.IsZero() {
		words += " · " + v.T("case.window_until", "Time", v.Moment(x.Until))
	}
	if x.Approval {
		words += " · " + v.T("publish.after_approval")
	}
	if x.Waits != "" {
		words += " · " + v.T(x.Waits)
	}
	return words
}

// elsewhere says what else can be done where nobody can be written to in the way.
func (c *Console) elsewhere(ctx context.Context, v *web.Visit, cv *desk.CaseView, w *way, how grievance.Way) error {
	if len(cv.Complainants) == 0 {
		return nil
	}
	k := cv.Complainants[0]
	sp, err := c.Desk.Speak(ctx, v.Who.Actor, cv.Case.ID, k.ID, wayOf(k, how))
	w.Next = c.advice(v, sp.Next)
	return err
}

// advice puts the next best ways into words.
func (c *Console) advice(v *web.Visit, all []desk.Advice) []string {
	var words []string
	for _, a := range all {
		words = append(words, v.T(a.Key, "Account", a.Account, "Office", c.officeName(v, a.Office)))
	}
	return words
}

// wayOf is the desk's word for writing privately to this complainant.
func wayOf(k *grievance.Complainant, how grievance.Way) grievance.Way {
	if how == grievance.PrivateWay && k.Channel == grievance.Email {
		return grievance.LetterWay
	}
	return how
}

func ordered(m map[int]desk.Voice) []desk.Voice {
	var all []desk.Voice
	for _, x := range m {
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b desk.Voice) int { return cmp.Compare(a.Account.ID, b.Account.ID) })
	return all
}

// chosenComplainant is to whom the form is set.
func chosenComplainant(cv *desk.CaseView, w *way) *grievance.Complainant {
	want := w.To[0].Value
	for _, t := range w.To {
		if t.Chosen {
			want = t.Value
		}
	}
	for _, k := range cv.Complainants {
		if k.ID.String() == want {
			return k
		}
	}
	return nil
}

// facebookLimit is the length of a Facebook message.
const facebookLimit = 2000

// measure says who hears it, and how long it may be on the channel, the name of the
// office included that stands under it.
func (w *way) measure(v *web.Visit, k *grievance.Complainant, sp desk.Speaking) {
	if k == nil {
		return
	}
	best := desk.Voice{}
	for _, x := range sp.Voices {
		if x.Account.ID == sp.Best {
			best = x
		}
	}
	w.TextLang = textLang(k.Language)
	w.Says = v.T("case.says_public", "Channel", v.T("channel."+string(k.Channel)))
	if w.Key == privateMode {
		w.Says = v.T("case.says_private", "Name", authorWords(v, k))
		if len(w.To) > 1 {
			w.Says = v.T("case.says_private_one")
		}
	}
	if best.Names != "" {
		w.Names = v.T("publish.names_office", "Name", best.Names)
	}
	if best.Approval {
		w.Send = v.T("case.send_approval")
	}
	switch k.Channel {
	case grievance.X:
		w.Limit, w.CountBy = cmp.Or(best.Account.MaxLength, text.XLimit), "x"
	case grievance.Facebook:
		w.Limit, w.CountBy = facebookLimit, "chars"
	}
	if w.Limit == 0 {
		return
	}
	count := func(s string) int {
		if w.CountBy == "x" {
			return text.XLength(s)
		}
		return len([]rune(s))
	}
	if best.Names != "" {
		w.Limit -= count(desk.Naming + best.Names)
	}
	w.CountWords = strings.NewReplacer("{n}", strconv.Itoa(count(w.Text)), "{limit}", strconv.Itoa(w.Limit)).Replace(v.T("case.count_of"))
}

func authorWords(v *web.Visit, k *grievance.Complainant) string {
	return cmp.Or(k.Author.Name, k.Author.Handle, v.T("case.unknown_author"))
}
