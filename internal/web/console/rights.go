package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

func (c *Console) rightsRoutes() []web.Route {
	const account = "/channels/{account}/rights"
	return []web.Route{
		{Method: "GET", Pattern: account, Handler: c.rights, May: grievance.MaySeeChannels},
		{Method: "POST", Pattern: account, Handler: c.setRight, May: grievance.MayConnect},
		{Method: "POST", Pattern: account + "/drop", Handler: c.dropRight, May: grievance.MayConnect},
		{Method: "POST", Pattern: account + "/approval", Handler: c.setApproval, May: grievance.MayConnect},
		{Method: "GET", Pattern: "/channels/{account}/replies", Handler: c.accountReplies, May: grievance.MaySeeChannels},
		{Method: "GET", Pattern: "/channels/{account}/posts", Handler: c.accountPosts, May: grievance.MaySeeChannels},
	}
}

// rightsPage shows who may speak from an account and what needs a second person, and
// changes it.
type rightsPage struct {
	page
	Name, Owner string
	Mark        mark
	URL         string
	BackURL     string
	Rows        []rightRow
	Approval    fact
	MayChange   bool
	Links       []link
	Right       []field
	Policy      []field
	Roles       []web.Choice
}

// rightRow is one right. Those that hold without a row cannot be dropped.
type rightRow struct {
	Who, Role, Level, Note string
	OfficeID, RoleCode     string
	Drop                   bool
}

func (c *Console) rights(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.rightsForm(w, r, v, http.StatusOK, nil)
}

func (c *Console) rightsForm(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, invalid *grievance.InvalidError) error {
	id, err := accountOf(r)
	if err != nil {
		return err
	}
	a, err := c.Desk.AccountRights(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/channels")
	if err != nil {
		return err
	}
	p := rightsPage{
		page: base, Name: a.Account.Name, Owner: c.officeName(v, a.Account.OfficeID), Mark: channelMark(v.Printer, a.Account.Channel),
		URL: accountURL(a.Account) + "/rights", BackURL: accountURL(a.Account), MayChange: a.MayChange, Rows: c.rightRows(v, a),
		Approval: fact{Name: v.T("publish.approval"), Value: c.approvalWords(v, a.Account)},
	}
	if a.MayRead {
		p.Links = []link{{Name: v.T("publish.account_replies"), URL: "/channels/" + strconv.Itoa(id) + "/replies"}, {Name: v.T("publish.account_posts"), URL: "/channels/" + strconv.Itoa(id) + "/posts"}}
	}
	if a.MayChange {
		f := &forms{console: c, r: r, v: v}
		p.Right = c.rightFields(f)
		p.Policy = []field{f.radio(f.choice("approval", "publish.rule", string(a.Account.Approval), approvalChoices(v)))}
		p.Roles = c.roleChoices(v, a.Account.ApproveRoles)
		if invalid != nil {
			for _, fields := range [][]field{p.Right, p.Policy} {
				for i := range fields {
					if fields[i].Name == invalid.Field {
						fields[i].Error = v.T(invalid.Key, invalid.Args)
					}
				}
			}
		}
	}
	return c.Web.Render(w, status, "console/rights", p)
}

// rightRows lists what holds for the account: its own office first, then the rows, then
// everybody else.
func (c *Console) rightRows(v *web.Visit, a desk.AccountRights) []rightRow {
	rows := []rightRow{{Who: c.officeName(v, a.Account.OfficeID), Level: v.T("right.publish"), Note: v.T("publish.own_office")}}
	for _, x := range a.Rows {
		row := rightRow{Who: v.T("publish.every_office"), Role: v.T("publish.every_role"), Level: v.T("right." + string(x.Level)), OfficeID: idText(x.OfficeID), RoleCode: string(x.Role), Drop: a.MayChange,
			Note: v.T("publish.right_since", "Time", v.Day(x.SetAt))}
		if x.OfficeID != 0 {
			row.Who = c.officeName(v, x.OfficeID)
		}
		if x.Role != "" {
			row.Role = c.roleName(v, x.Role)
		}
		rows = append(rows, row)
	}
	return append(rows, rightRow{Who: v.T("publish.others"), Level: v.T("right.draft"), Note: v.T("publish.others_note")})
}

func (c *Console) approvalWords(v *web.Visit, a grievance.OfficialAccount) string {
	words := v.T("approval." + string(a.Approval))
	for _, r := range a.ApproveRoles {
		words += " · " + v.T("publish.always", "Role", c.roleName(v, r))
	}
	return words
}

func approvalChoices(v *web.Visit) []web.Choice {
	var all []web.Choice
	for _, a := range grievance.Approvals {
		all = append(all, web.Choice{Value: string(a), Text: v.T("approval." + string(a))})
	}
	return all
}

func (c *Console) roleChoices(v *web.Visit, chosen []grievance.Role) []web.Choice {
	var all []web.Choice
	for _, r := range c.Office.Roles() {
		if r.May(grievance.MayReply) || r.May(grievance.MayAsk) || r.May(grievance.MayApproveReply) {
			all = append(all, web.Choice{Value: string(r.Code), Text: c.roleName(v, r.Code), Chosen: slices.Contains(chosen, r.Code)})
		}
	}
	return all
}

func (c *Console) rightFields(f *forms) []field {
	offices := f.choice("office", "common.office", "", nil)
	want := f.typed("office", "")
	for _, o := range c.Office.Offices(c.Now()) {
		id := strconv.Itoa(o.ID)
		offices.Choices = append(offices.Choices, web.Choice{Value: id, Text: o.Name(f.v.Lang()), Chosen: id == want})
	}
	offices.Empty = f.v.T("publish.every_office")
	role := f.choice("role", "publish.role", "", c.roleChoices(f.v, nil))
	role.Empty = f.v.T("publish.every_role")
	var levels []web.Choice
	for _, l := range grievance.Rights {
		levels = append(levels, web.Choice{Value: string(l), Text: f.v.T("right." + string(l)), Hint: f.v.T("right_hint." + string(l))})
	}
	return []field{offices, role, f.radio(f.choice("level", "publish.level", string(grievance.DraftRight), levels))}
}

func (c *Console) setRight(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.changeRights(w, r, v, "done.right", func(account, office int) error {
		return c.Desk.SetRight(r.Context(), v.Who.Actor, grievance.AccountRight{AccountID: account, OfficeID: office,
			Role: grievance.Role(r.PostFormValue("role")), Level: grievance.Right(r.PostFormValue("level"))})
	})
}

func (c *Console) dropRight(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.changeRights(w, r, v, "done.right", func(account, office int) error {
		return c.Desk.DropRight(r.Context(), v.Who.Actor, account, office, grievance.Role(r.PostFormValue("role")))
	})
}

func (c *Console) setApproval(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.changeRights(w, r, v, "done.approval", func(account, _ int) error {
		var roles []grievance.Role
		for _, code := range r.PostForm["roles"] {
			roles = append(roles, grievance.Role(code))
		}
		return c.Desk.SetApproval(r.Context(), v.Who.Actor, account, grievance.Approval(r.PostFormValue("approval")), roles)
	})
}

func (c *Console) changeRights(w http.ResponseWriter, r *http.Request, v *web.Visit, done string, change func(account, office int) error) error {
	id, err := accountOf(r)
	if err != nil {
		return err
	}
	office, err := number(r, "office")
	if err == nil {
		err = change(id, office)
	}
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.rightsForm(w, r, v, http.StatusUnprocessableEntity, invalid)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, done, "/channels/"+strconv.Itoa(id)+"/rights")
	return nil
}
