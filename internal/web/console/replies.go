package console

import (
	"net/http"

	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// replies lists what went wrong on its way out, or was sent back: an officer must look.
func (c *Console) replies(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	all, err := c.Desk.StuckReplies(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	p := tablePage{page: base, Title: v.T("console.replies"), Text: v.T("console.replies_text"), Empty: v.T("console.replies_none"), BackURL: "/inbox", BackName: v.T("console.inbox"), ButtonName: "state",
		Heads: []string{v.T("console.col_case"), v.T("common.state"), v.T("console.col_problem"), ""}}
	for _, s := range all {
		icon, _, words := replyState(v.Printer, s.Reply.State)
		sg := sign{Class: "flag", Icon: icon, Words: words}
		why := ""
		if s.Reply.FailKey != "" {
			why = v.T(s.Reply.FailKey)
		}
		row := tableRow{Cells: []cell{
			{Text: s.Number, URL: "/cases/" + s.Reply.CaseID.String(), Class: "regno", Note: v.T("reply_kind." + string(s.Reply.Kind))},
			{Sign: &sg, Note: v.Moment(s.Reply.CreatedAt)}, {Text: why}, {},
		}}
		if v.Who.Actor.May(grievance.MayReply) && s.Reply.State != grievance.ReplyReturned {
			row.Cells[3].Buttons = []button{{URL: "/cases/" + s.Reply.CaseID.String() + "/replies/" + s.Reply.ID.String() + "/send-again?back=/channels/replies", Name: v.T("console.send_again"), Value: string(s.Reply.State)}}
		}
		p.Rows = append(p.Rows, row)
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}
