package console

import (
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// warning is what of an account will break or did, with its remedy and one button.
func (c *Console) warning(v *web.Visit, a grievance.OfficialAccount, x office.Warning) need {
	key := "warning." + string(x.Kind)
	args := []any{"Name", a.Name, "Time", v.Moment(x.At), "Share", x.Share, "Missing", scopeNames(v, x.About)}
	n := need{Class: "half", Icon: "exclamation-triangle", Head: v.T(key, args...), Text: v.T(key+"_text", args...)}
	if x.Late {
		n.Class, n.Icon = "late", "exclamation-octagon-fill"
	}
	by := v.Who.Actor
	switch mine := c.Accounts.MayChange(by, a); {
	case x.Fix == office.FixReconnect && mine:
		n.Lift, n.LiftName = accountURL(a)+"/reconnect", v.T("connect.again")
	case x.Fix == office.FixBudget && mine:
		n.URL, n.Link = accountURL(a)+"/change", v.T("connect.change")
	case x.Fix == office.FixRetry && by.May(grievance.MayHold):
		n.Lift, n.LiftName = accountURL(a)+"/resume", v.T("console.resume")
	default:
		n.URL = accountURL(a)
	}
	return n
}

// account is an official account in the list, and on its own page.
func (c *Console) account(v *web.Visit, a grievance.OfficialAccount, h store.Health) accountView {
	out := accountView{
		Mark: channelMark(v.Printer, a.Channel), Name: a.Name, Office: c.officeName(v, a.OfficeID), URL: accountURL(a), State: c.accountState(v, a, h),
		CompleteTo: c.when(v, h.CompleteTo),
		Facts: []fact{
			{Name: v.T("console.acc_push"), Value: c.when(v, h.PushedAt)},
			{Name: v.T("console.acc_poll"), Value: c.when(v, h.PolledAt)},
		},
	}
	if a.Connected() {
		out.RightsURL = accountURL(a) + "/rights"
	}
	if a.Handle != "" && a.Handle != a.Name {
		out.Office = a.Handle + " · " + out.Office
	}
	if h.PushProblem != "" {
		out.Facts[0].Value = v.T("console.acc_no_push", "Problem", h.PushProblem)
	}
	if a.Connected() {
		out.Facts = append(out.Facts, fact{Name: v.T("connect.consent"), Value: c.consentOf(v, a, h)})
	}
	if h.FailClass != "" && !h.FailedAt.IsZero() {
		out.Facts = append(out.Facts, fact{Name: v.T("console.acc_failed"), Value: v.Moment(h.FailedAt) + " · " + v.T("fail."+h.FailClass)})
	}
	if used := office.Used(h, c.Now()); h.Budget.Limit > 0 || used > 0 {
		out.HasBudget, out.BudgetUsed = true, min(used, 100)
		out.Budget = v.T("connect.calls_used", "Share", used)
		if h.Budget.Limit > 0 {
			out.Budget = v.T("console.acc_budget", "Left", h.Budget.Remaining, "Limit", h.Budget.Limit)
		}
	}
	switch {
	case a.BudgetMicro > 0:
		out.Cost = v.T("connect.cost_of", "Cost", dollars(h.CostMonthMicro), "Budget", dollars(a.BudgetMicro))
	case h.CostMonthMicro > 0:
		out.Cost = v.T("console.acc_cost", "Reads", h.ReadsToday, "Cost", dollars(h.CostMonthMicro))
	}
	return out
}

func (c *Console) when(v *web.Visit, t time.Time) string {
	if t.IsZero() {
		return v.T("console.never")
	}
	return v.Moment(t)
}

// consentOf says in a line how long what opens the account serves.
func (c *Console) consentOf(v *web.Visit, a grievance.OfficialAccount, h store.Health) string {
	words := c.consentEnd(v, h.ConsentEndsAt)
	switch s := office.ServiceOf(a); {
	case s == office.Mailbox:
		words = v.T("connect.by_password")
	case s != office.Facebook && !h.TokenAt.IsZero() && h.ConsentEndsAt.IsZero():
		words = v.T("connect.renews", "Time", v.Moment(h.TokenAt))
	}
	if len(h.Missing) > 0 {
		words += "; " + v.T("connect.missing", "Missing", scopeNames(v, h.Missing))
	}
	return words
}

func (c *Console) consentEnd(v *web.Visit, t time.Time) string {
	if t.IsZero() {
		return v.T("connect.no_end")
	}
	return v.T("connect.ends", "Time", v.Moment(t))
}

func dollars(micro int64) string { return fmt.Sprintf("%.2f", float64(micro)/1e6) }

func (c *Console) accountState(v *web.Visit, a grievance.OfficialAccount, h store.Health) sign {
	flag := func(class, icon, key string) sign {
		return sign{Class: "flag " + class, Icon: icon, Words: v.T(key)}
	}
	switch {
	case a.Archive:
		return flag("", "archive", "console.acc_archive")
	case !a.DisconnectedAt.IsZero():
		return flag("", "x-octagon", "connect.disconnected")
	case !a.StoppedAt.IsZero():
		return flag("flag-late", "x-octagon-fill", "console.acc_stopped")
	case !h.SendStoppedAt.IsZero():
		return flag("flag-late", "exclamation-triangle", "console.acc_send_stopped")
	case c.Now().Before(h.LimitedUntil):
		x := flag("", "hourglass-split", "console.acc_limited")
		x.Words += ", " + v.T("console.acc_until", "Time", v.Time(h.LimitedUntil))
		return x
	}
	if all := c.Accounts.Warnings(a, h); len(all) > 0 {
		x := flag("flag-half", "exclamation-triangle", "warning_flag."+string(all[0].Kind))
		if all[0].Kind == office.WarnEnds {
			x.Words = v.T("connect.ends_in", "Count", days(all[0].At.Sub(c.Now())))
		}
		return x
	}
	if h.FailedAt.After(h.PolledAt) {
		return flag("flag-review", "exclamation-triangle", "console.acc_failing")
	}
	return flag("flag-ok", "check-circle", "console.acc_working")
}

// days counts begun days, at least none.
func days(d time.Duration) int {
	return max(int((d+24*time.Hour-1)/(24*time.Hour)), 0)
}

// moneyCard is what the accounts of X cost this month against their budgets.
type moneyCard struct {
	Head, Spent, Of, Text string
	Used                  int
}

func (c *Console) money(v *web.Visit, spent, budget int64) *moneyCard {
	if spent == 0 && budget == 0 {
		return nil
	}
	now := c.Now().UTC()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	whole := month.AddDate(0, 1, 0).Sub(month)
	gone := max(now.Sub(month), 24*time.Hour) // the first day tells nothing of a month
	p := &moneyCard{Head: v.T("connect.money"), Spent: "$" + dollars(spent), Text: v.T("connect.money_text", "Cost", dollars(int64(float64(spent)*float64(whole)/float64(gone))))}
	if budget > 0 {
		p.Of, p.Used = v.T("connect.money_of", "Budget", dollars(budget)), int(min(spent*100/budget, 100))
	}
	return p
}
