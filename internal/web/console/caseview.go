package console

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// caseView builds what the inbox and the case page show of a case. back is where its
// acts lead back to; draft is what was typed into the composer, if it is shown again.
func (c *Console) caseView(ctx context.Context, v *web.Visit, cv *desk.CaseView, back string, draft *draft) (*caseView, error) {
	k, cs := c.clocks(v), cv.Case
	n := c.names(v, cv)
	url := "/cases/" + cs.ID.String()
	out := &caseView{
		Number: cs.Number, Title: cs.Title, URL: url, Back: back, State: stateSign(v.Printer, cs.State), Flags: flags(v.Printer, cs),
		Due: k.due(cs), DueWhy: v.T("case.why_title", "Time", v.Moment(cs.DueAt)), Ladder: k.ladder(cv.Steps, cs, n), LadderNotes: k.ladderNotes(cs),
		Road: k.road(cs), People: c.people(k, cv), Facts: c.facts(v, cs), Line: c.line(k, cv, n),
		Latest: k.latest(cv.History), History: k.history(cv.History, n), Record: v.T("case.record_entries", "Count", len(cv.History)),
	}
	out.Clocks = []clock{k.chip(cs)}
	if cs.State.ClockRuns() && cs.LimitDays > 0 {
		if r := k.report(cs); r.Words != out.Clocks[0].Words {
			out.Clocks = append(out.Clocks, r)
		}
	}
	for _, ref := range cv.References {
		out.References = append(out.References, fact{Name: v.T("reference." + ref.System), Value: ref.Number})
	}
	for _, x := range cv.Exclusions {
		out.Exclusions = append(out.Exclusions, n.excluded(x))
	}
	out.Primary, out.Second, out.Acts = c.actLinks(v, cv, back)
	acts, err := c.Desk.ReplyActs(ctx, v.Who.Actor, cv)
	if err != nil {
		return nil, err
	}
	out.Thread = c.thread(k, v, cv, n, acts, back)
	out.Helper = c.caseHelper(v, cv, draft)
	if out.Report, err = c.report(ctx, k, v, cv, n); err != nil {
		return nil, err
	}
	out.NoteFiles = c.fileViews(k, cv.NoteFiles, url)
	out.Composer, err = c.composer(ctx, v, cv, draft)
	return out, err
}

// names are the words for the ids in a case.
func (c *Console) names(v *web.Visit, cv *desk.CaseView) names {
	lang := v.Lang()
	officers := make(map[grievance.ID]string, len(cv.Officers))
	for id, o := range cv.Officers {
		officers[id] = o.Name(lang)
	}
	absent := make(map[grievance.ID]string, len(cv.For))
	for charge, o := range cv.For {
		absent[charge] = o.Name(lang)
	}
	return names{officers: officers, absent: absent, offices: func(id int) string { return c.officeName(v, id) }}
}

func (c *Console) officeName(v *web.Visit, id int) string {
	o, _ := c.Office.Office(id)
	return o.Name(v.Lang())
}

// thread is the conversation as it happened: citizens' words, ours, notes, and the acts
// between them.
func (c *Console) thread(k clocks, v *web.Visit, cv *desk.CaseView, n names, acts map[grievance.ID]desk.ReplyActs, back string) []message {
	url := "/cases/" + cv.Case.ID.String()
	accounts := map[int]grievance.OfficialAccount{}
	for _, a := range cv.Accounts {
		accounts[a.ID] = a
	}
	sent := map[string]bool{} // replies that came back to us as posts are shown once
	var all []stamped
	for _, r := range cv.Replies {
		a := accounts[r.AccountID]
		m := k.reply(r, cmp.Or(a.Handle, a.Name), n.officers[r.AuthorID], a.Channel)
		m.Files = c.fileViews(k, r.Files, url)
		if can, waits := acts[r.ID]; waits {
			m.Reply = k.replyActs(r, can, back)
		}
		all = append(all, m)
		sent[r.ExternalID] = r.ExternalID != ""
	}
	for _, p := range cv.Posts {
		if p.Direction == grievance.Out && sent[p.ExternalID] {
			continue
		}
		m := k.post(p)
		m.TranslateURL, m.Translate = c.translateURL(v, cv, p), v.T("helper.translate")
		m.Files = append(m.Files, c.fileViews(k, cv.PostFiles[p.ID], url)...)
		if cv.Case.Sensitive && p.Direction == grievance.In {
			m.Sub = slices.DeleteFunc(m.Sub, func(s subline) bool { return s.URL != "" })
		}
		all = append(all, m)
	}
	for i := range cv.History {
		e := &cv.History[i]
		switch {
		case e.Event == grievance.Noted:
			all = append(all, k.noteEntry(e, k.by(e, n)))
		case slices.Contains(between, e.Event):
			all = append(all, k.eventEntry(e, k.by(e, n)))
		}
	}
	return inOrder(all)
}

func (c *Console) fileViews(k clocks, files []grievance.File, url string) []fileView {
	var all []fileView
	for _, f := range files {
		all = append(all, k.file(f, url))
	}
	return all
}

// complainantName is the name of a complainant.
func complainantName(k clocks, _ *grievance.Case, p *grievance.Complainant) string {
	return authorName(k, p.Author)
}

func (c *Console) people(k clocks, cv *desk.CaseView) []person {
	var all []person
	for _, p := range cv.Complainants {
		x := person{Mark: channelMark(k.Printer, p.Channel), Name: complainantName(k, cv.Case, p)}
		notes := []string{k.T("case.joined", "Time", k.Day(p.JoinedAt))}
		if p.Author.Handle != "" && p.Author.Handle != p.Author.Name {
			notes = append([]string{p.Author.Handle}, notes...)
		}
		if p.AckState != "" {
			notes = append(notes, k.T(p.AckState))
		}
		x.Note = strings.Join(notes, " · ")
		add := func(when bool, class, icon, words string) {
			if when {
				x.Signs = append(x.Signs, sign{Class: "flag " + class, Icon: icon, Words: words})
			}
		}
		add(!p.Verified, "flag-review", "question-circle", k.T("case.unverified"))
		add(p.ToldHow != "", "", "telephone", k.T("case.told_how", "How", p.ToldHow))
		add(!p.DeliveredAt.IsZero() && p.ToldHow == "", "flag-ok", "check2-all", k.T("case.delivered"))
		add(p.Feedback == grievance.FeedbackYes, "flag-ok", "hand-thumbs-up", k.T("verdict.satisfied"))
		add(p.Feedback == grievance.FeedbackNo, "flag-late", "exclamation-circle", k.T("verdict.not_satisfied"))
		add(p.Feedback == grievance.FeedbackUnclear, "flag-citizen", "question-circle", k.T("verdict.unclear"))
		all = append(all, x)
	}
	return all
}

// facts are place and subject of a case.
func (c *Console) facts(v *web.Visit, cs *grievance.Case) []fact {
	lang := v.Lang()
	d, known := c.Office.District(cs.DistrictID)
	district := v.T("console.unknown_district")
	if known {
		district = d.Name(lang)
	}
	all := []fact{{Name: v.T("common.district"), Value: district}}
	if p, ok := c.Office.Place(cs.PlaceID); ok {
		name := p.NameEN
		if lang == "hi" && p.NameHI != "" {
			name = p.NameHI
		}
		all = append(all, fact{Name: v.T("common.place"), Value: name})
	}
	if s, ok := c.Office.Subject(cs.SubjectID); ok {
		all = append(all, fact{Name: v.T("common.subject"), Value: s.Category(lang) + ": " + s.Name(lang)})
	}
	if dep, ok := c.Office.Department(cs.DepartmentID); ok {
		all = append(all, fact{Name: v.T("common.department"), Value: dep.Name(lang)})
	}
	return append(all,
		fact{Name: v.T("common.office"), Value: c.officeName(v, cs.OfficeID), URL: "/offices/" + strconv.Itoa(cs.OfficeID)},
		fact{Name: v.T("sorting.kind"), Value: v.T("kind."+string(cs.Kind)) + ", " + v.T("urgency."+string(cs.Urgency))})
}

// line is who answers for the case: officer, office, and the overseers who joined.
func (c *Console) line(k clocks, cv *desk.CaseView, n names) []lineItem {
	officer := n.officers[cv.Case.OfficerID]
	if officer == "" {
		officer = k.T("case.nobody_yet")
	}
	all := []lineItem{{Name: officer, Note: n.offices(cv.Case.OfficeID)}}
	if cv.Answering.Vacant {
		all = append(all, lineItem{Name: n.offices(cv.Answering.OfficeID), Note: k.T("org.answers_instead")})
	}
	for _, o := range cv.Overseers {
		note := k.T("case.overseer", "Level", o.Level, "Time", k.Day(o.Since))
		if o.Level == 0 {
			note = k.T("against.joined", "Time", k.Day(o.Since))
		}
		if o.Round == cv.Case.Round {
			all = append(all, lineItem{Name: n.offices(o.OfficeID), Note: note})
		}
	}
	return all
}
