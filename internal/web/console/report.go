package console

import (
	"context"
	"errors"
	"strconv"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// report shows the newest action taken report with what its reviewer needs; nil without
// one.
func (c *Console) report(ctx context.Context, k clocks, v *web.Visit, cv *desk.CaseView, n names) (*reportView, error) {
	if len(cv.Reports) == 0 {
		return nil, nil
	}
	p := cv.Reports[len(cv.Reports)-1]
	url := "/cases/" + cv.Case.ID.String()
	out := &reportView{
		ID: p.ID.String(), Version: strconv.Itoa(p.Version), Text: p.Text, Reason: p.Reason,
		Head:  v.T("case.report_head", "Version", p.Version, "All", len(cv.Reports), "By", n.officers[p.AuthorID], "Time", v.Moment(p.WrittenAt)),
		State: reportSign(v, p.State), Files: c.fileViews(k, p.Files, url),
		Facts: []fact{{Name: v.T("case.done_at"), Value: v.DateTime(p.DoneAt)}, {Name: v.T("case.done_by"), Value: p.DoneBy}},
	}
	for i := len(cv.Reports) - 2; i >= 0; i-- {
		old := cv.Reports[i]
		out.Earlier = append(out.Earlier, earlierReport{
			Head: v.T("case.report_head", "Version", old.Version, "All", len(cv.Reports), "By", n.officers[old.AuthorID], "Time", v.Moment(old.WrittenAt)),
			Text: old.Text, Reason: old.Reason, State: reportSign(v, old.State), Files: c.fileViews(k, old.Files, url),
		})
	}
	if p.Place != "" {
		out.Facts = append(out.Facts, fact{Name: v.T("case.done_place"), Value: p.Place})
	}
	if p.State != grievance.ReportAwaiting {
		return out, nil
	}
	review, err := c.Desk.Review(ctx, v.Who.Actor, cv.Case.ID)
	if err != nil {
		return nil, err
	}
	out.Gets, out.GetsWords = c.gets(k, v, cv, review.Plans), v.T("case.gets_words", "Count", len(cv.Complainants))
	switch {
	case !v.Who.Actor.Can(grievance.MayApprove, cv.Case):
	case errors.Is(review.Refused, desk.ErrOwnReport):
		out.CannotApprove = v.T("case.own_report")
	case review.Refused != nil:
		out.CannotApprove = v.T("case.higher_approves")
	default:
		out.Approve = true
		out.ApproveAs = v.T("case.approve_as", "Title", v.Who.Charge.Title(v.Lang())+", "+v.Who.Office.Name(v.Lang()), "By", n.officers[p.AuthorID])
		out.ApproveWords = v.T("case.approve_answer", "Count", len(cv.Complainants))
		out.ApproveURL, out.BackURL = url+"/approve", url+"/send-back"
	}
	return out, nil
}

func reportSign(v *web.Visit, s grievance.ReportState) sign {
	x := sign{Class: "flag flag-review", Icon: "clipboard-check", Words: v.T("report_state." + string(s))}
	switch s {
	case grievance.ReportApproved:
		x.Class, x.Icon = "flag flag-ok", "shield-check"
	case grievance.ReportSentBack:
		x.Class, x.Icon = "flag flag-late", "arrow-return-left"
	}
	return x
}

// gets says who gets the answer, how, and from which account.
func (c *Console) gets(k clocks, v *web.Visit, cv *desk.CaseView, plans map[grievance.ID]desk.Plan) []getsLine {
	names := map[int]string{}
	for _, a := range cv.Accounts {
		names[a.ID] = a.Name
	}
	var all []getsLine
	for _, p := range cv.Complainants {
		g := getsLine{To: complainantName(k, cv.Case, p), Mark: channelMark(k.Printer, p.Channel), How: v.T("case.gets_by_hand")}
		if plan := plans[p.ID]; plan.AccountID != 0 {
			g.How, g.From = v.T("reply_way."+string(plan.Way)), names[plan.AccountID]
			if plan.Voice.Names != "" {
				g.From += " · " + v.T("publish.names_office", "Name", plan.Voice.Names)
			}
			if plan.Voice.Approval {
				g.From += " · " + v.T("publish.after_approval")
			}
			if plan.Voice.Waits != "" {
				g.From += " · " + v.T(plan.Voice.Waits)
			}
		} else if advice := c.advice(v, plan.Next); len(advice) > 0 {
			g.From = advice[0]
		}
		all = append(all, g)
	}
	return all
}
