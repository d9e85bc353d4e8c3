// Package assist asks a language model outside the program for drafts of replies, summaries
// and translations, where an administrator has named one. The model has no tools, sees no
// personal data that can be found, and sends nothing: what it writes is shown to the officer
// who asked, as a draft. Its answers are kept nowhere.
package assist

import (
	"cmp"
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Helper asks the model for officers.
type Helper struct {
	Desk   *desk.Desk
	Client *Client
	// Daily is how often an officer may ask in a day in India.
	Daily int
}

// Answer is what the model wrote, as plain text.
type Answer struct {
	Text string
	Cut  bool // it ended because it was long
}

// What is asked of the model, as the office log tells it.
const (
	drafted    = "draft"
	summarised = "summary"
	translated = "translation"
)

// Offered says whether an officer may have the model's help with a case: who may answer the
// citizen, and never where the matter is sensitive or complains of an officer.
func (h *Helper) Offered(by grievance.Actor, c *grievance.Case) bool {
	return h != nil && by.Can(grievance.MayReply, c) && !c.Sensitive && !c.Against
}

// DraftRequest says what is to be written, and to whom.
type DraftRequest struct {
	ComplainantID grievance.ID
	Way           grievance.Way
	Limit         int // characters; 0: none
}

// Draft proposes a reply. What the office has done and the case does not say stays a gap
// that the officer fills.
func (h *Helper) Draft(ctx context.Context, by grievance.Actor, id grievance.ID, r DraftRequest) (Answer, error) {
	v, err := h.open(ctx, by, id)
	if err != nil {
		return Answer{}, err
	}
	k := complainant(v, r.ComplainantID)
	if k == nil {
		return Answer{}, grievance.ErrNotFound
	}
	m := newMask(recordsOf(v))
	m.public = r.Way == grievance.PublicWay
	to := ""
	if k.Author.Name != "" {
		to = "The citizen who is written to: " + m.mark(aName, k.Author.Name) + "\n"
	}
	return h.ask(ctx, by, id, drafted, m, draftPrompt(k.Language, r.Way, r.Limit), to+h.conversation(v, m))
}

// Summarise tells in a few lines what a case is about and how it stands, in English or Hindi.
func (h *Helper) Summarise(ctx context.Context, by grievance.Actor, id grievance.ID, lang string) (Answer, error) {
	v, err := h.open(ctx, by, id)
	if err != nil {
		return Answer{}, err
	}
	m := newMask(recordsOf(v))
	return h.ask(ctx, by, id, summarised, m, summaryPrompt(lang), h.conversation(v, m))
}

// TranslatePost gives a citizen's words in English or Hindi.
func (h *Helper) TranslatePost(ctx context.Context, by grievance.Actor, id, post grievance.ID, lang string) (Answer, error) {
	v, err := h.open(ctx, by, id)
	if err != nil {
		return Answer{}, err
	}
	for _, p := range v.Posts {
		if p.ID == post && p.ErasedAt.IsZero() {
			m := newMask(recordsOf(v))
			title, words, _ := desk.Readable(&p.Post)
			return h.ask(ctx, by, id, translated, m, translationPrompt(lang), m.hide(shortened(strings.TrimSpace(title+"\n\n"+words))))
		}
	}
	return Answer{}, grievance.ErrNotFound
}

// Translate gives what the officer has typed in English or Hindi.
func (h *Helper) Translate(ctx context.Context, by grievance.Actor, id grievance.ID, words, lang string) (Answer, error) {
	v, err := h.open(ctx, by, id)
	if err != nil {
		return Answer{}, err
	}
	if words = strings.TrimSpace(words); words == "" {
		return Answer{}, failed("helper.nothing", nil)
	}
	m := newMask(recordsOf(v))
	return h.ask(ctx, by, id, translated, m, translationPrompt(lang), m.hide(shortened(words)))
}

func (h *Helper) open(ctx context.Context, by grievance.Actor, id grievance.ID) (*desk.CaseView, error) {
	v, err := h.Desk.Case(ctx, by, id)
	switch {
	case err != nil:
		return nil, err
	case !by.Can(grievance.MayReply, v.Case):
		return nil, grievance.ErrForbidden
	case !h.Offered(by, v.Case):
		return nil, failed("helper.sensitive", nil)
	}
	return v, nil
}

// ask counts and records the question, sends it, and makes the answer fit to be shown. No
// transaction waits for the model.
func (h *Helper) ask(ctx context.Context, by grievance.Actor, id grievance.ID, what string, m *mask, instructions, words string) (Answer, error) {
	if m.leaks(words) {
		return Answer{}, failed("helper.not_masked", nil)
	}
	now := h.Desk.Now()
	err := h.Desk.Store.Tx(ctx, func(tx *store.Tx) error {
		uses, err := tx.UseAssist(ctx, grievance.IndianDay(now), by.ID)
		if err != nil {
			return err
		}
		if uses > h.Daily {
			return failed("helper.limit", nil)
		}
		return tx.RecordOffice(ctx, by, "assist.asked", map[string]any{"case": id, "what": what, "hidden": m.hidden()}, now)
	})
	if err != nil {
		return Answer{}, err
	}
	text, cut, err := h.Client.complete(ctx, []message{{"system", instructions}, {"user", words}}, mostTokens)
	if err != nil {
		return Answer{}, err
	}
	text, ok := m.restore(clean(text))
	if !ok {
		return Answer{}, failed("helper.made_up", nil)
	}
	text, long := cutTo(text, mostShown)
	return Answer{Text: text, Cut: cut || long}, nil
}

// mostShown is how many characters of an answer are shown, mostAsked how many of a letter
// are sent.
const (
	mostShown = 6000
	mostAsked = 12000
)

func cutTo(s string, most int) (string, bool) {
	r := []rune(s)
	if len(r) <= most {
		return s, false
	}
	return strings.TrimSpace(string(r[:most])), true
}

func shortened(s string) string {
	s, cut := cutTo(s, mostAsked)
	if cut {
		s += " …"
	}
	return s
}

// clean makes plain text of an answer: no addresses to press, nothing that is not seen.
func clean(s string) string {
	for _, p := range patterns {
		if p.kind == aLink {
			s = p.find.ReplaceAllString(s, "(…)")
		}
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && r != '\u200c' && r != '\u200d' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return -1
		}
		return r
	}, s))
}

func complainant(v *desk.CaseView, id grievance.ID) *grievance.Complainant {
	for _, k := range v.Complainants {
		if k.ID == id {
			return k
		}
	}
	return nil
}

// recordsOf lists whom the case names, and how each is reached: none of it leaves.
func recordsOf(v *desk.CaseView) records {
	r := records{others: []string{v.Case.Number}}
	author := func(a grievance.Author) {
		local, _, _ := strings.Cut(a.Handle, "@")
		r.names = append(r.names, cmp.Or(a.Name, local))
		r.others = append(r.others, a.Handle, a.ExternalID, a.URL)
	}
	for _, k := range v.Complainants {
		author(k.Author)
	}
	for _, p := range v.Posts {
		author(p.Author)
		r.others = append(r.others, p.URL, p.ExternalID)
		if p.Mail != nil {
			r.others = append(append(r.others, p.Mail.From), p.Mail.To...)
		}
	}
	for _, o := range v.Officers {
		r.names = append(r.names, o.NameEN, o.NameHI)
		r.others = append(r.others, o.Email)
	}
	for _, ref := range v.References {
		r.others = append(r.others, ref.Number)
	}
	return r
}

// conversation is the case as the model sees it, the oldest first: what it is about, what
// was said on both sides, and what the office reported.
func (h *Helper) conversation(v *desk.CaseView, m *mask) string {
	type said struct {
		at    time.Time
		words string
	}
	var all []said
	for _, p := range v.Posts {
		if p.ErasedAt.IsZero() {
			title, words, _ := desk.Readable(&p.Post)
			who := "Citizen"
			if p.Direction == grievance.Out {
				who = "Office"
			}
			all = append(all, said{p.PostedAt, who + ": " + strings.TrimSpace(title+"\n"+words)})
		}
	}
	for _, r := range v.Reports {
		all = append(all, said{r.WrittenAt, "Office's report of what was done: " + r.Text})
	}
	var out strings.Builder
	out.WriteString(m.hide(h.about(v.Case)))
	for _, s := range inOrder(all, func(s said) time.Time { return s.at }) {
		if out.Len() > utf8.UTFMax*mostAsked { // no more of it is asked
			break
		}
		out.WriteString("\n" + m.hide(s.words) + "\n")
	}
	return shortened(out.String())
}
