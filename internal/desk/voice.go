package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// errNoWay: no official account can reach the complainant in the way that is wanted.
var errNoWay = errors.New("no way to reach the complainant")

// Voice is an official account and whether it may speak to a complainant.
type Voice struct {
	Account grievance.OfficialAccount
	// Refused is a message key that says why it may not; empty: it may.
	Refused string
	// Waits is a message key that says why what is sent from it goes out later; empty: now.
	Waits string
	// Until is when a private window closes; zero: none.
	Until time.Time
	// Right is how far the actor may use the account, Approval that what the actor writes
	// waits for a second person.
	Right    grievance.Right
	Approval bool
	// Names is the office that is named under the words, in the citizen's language; empty:
	// the account is that office's own.
	Names string
}

// speech is something to be said: by whom, in which case, answering which post.
type speech struct {
	by     grievance.Actor
	c      *grievance.Case
	post   *grievance.StoredPost
	way    grievance.Way
	kind   grievance.ReplyKind
	office int // whose words they are: it is named where another office's account carries them
	lang   string
}

// automatic says that the program writes by itself: it follows the policy of the account,
// not the rights of a person.
func (s speech) automatic() bool { return s.by.Kind != grievance.OfficerActor }

// ground is what decides, beside the rules of the services, who may speak from where now.
type ground struct {
	accounts []grievance.OfficialAccount
	rights   map[int][]grievance.AccountRight
	held     map[int]bool
	limits   map[int]string
}

// ground reads it, once for all that is said in a transaction.
func (d *Desk) ground(ctx context.Context, tx *store.Tx) (g *ground, err error) {
	g = &ground{rights: map[int][]grievance.AccountRight{}}
	if g.accounts, err = tx.Accounts(ctx); err != nil {
		return nil, err
	}
	rights, err := tx.AccountRights(ctx, 0)
	if err != nil {
		return nil, err
	}
	for _, r := range rights {
		g.rights[r.AccountID] = append(g.rights[r.AccountID], r)
	}
	if g.held, err = tx.HeldAccounts(ctx); err != nil {
		return nil, err
	}
	g.limits, err = tx.SendLimits(ctx, d.Now())
	return g, err
}

// rightOn is how far the actor may use the account. Without a row that says otherwise its
// own office publishes; who has a case that came to it drafts the answer, and the office
// of the account lets it go; others do nothing there.
func rightOn(by grievance.Actor, a grievance.OfficialAccount, p *grievance.StoredPost, rows []grievance.AccountRight) grievance.Right {
	if by.Kind != grievance.OfficerActor {
		return grievance.PublishRight
	}
	if r, ok := grievance.RightOf(by, rows); ok {
		return r
	}
	switch {
	case a.OfficeID == by.OfficeID:
		return grievance.PublishRight
	case p != nil && (slices.Contains(p.Accounts, a.ID) || slices.Contains(p.Mentions, a.ExternalID)):
		return grievance.DraftRight
	}
	return grievance.NoRight
}

// needsApproval says whether words wait for a second person. Those of an approved report
// had one: they wait where the reviewer could not have approved them here.
func needsApproval(s speech, a grievance.OfficialAccount, right grievance.Right) bool {
	demanded := a.Approval.Demands(s.kind, s.way, s.automatic())
	switch {
	case s.automatic():
		return demanded
	case !right.Least(grievance.PublishRight), slices.Contains(a.ApproveRoles, s.by.Role):
		return true
	case s.kind == grievance.Answer:
		return demanded && !s.by.May(grievance.MayApproveReply)
	}
	return demanded
}

// could says of every account of the post's channel whether its service lets it answer.
func (d *Desk) could(p *grievance.StoredPost, accounts []grievance.OfficialAccount) []Voice {
	var voices []Voice
	for _, a := range accounts {
		if a.Channel == p.Channel && a.Connected() {
			voices = append(voices, Voice{Account: a, Refused: d.refusal(a, p)})
		}
	}
	return voices
}

// voices says of every account of the post's channel whether it may say this, for whom,
// and what stands in the way.
func (d *Desk) voices(ctx context.Context, tx *store.Tx, g *ground, s speech) ([]Voice, error) {
	voices := d.could(s.post, g.accounts)
	for i := range voices {
		v := &voices[i]
		v.Right = rightOn(s.by, v.Account, s.post, g.rights[v.Account.ID])
		v.Approval = needsApproval(s, v.Account, v.Right)
		v.Waits = waits(g, v.Account.ID)
		if !s.automatic() {
			v.Names = d.officeNamed(v.Account, s.office, s.lang)
		}
		if s.way == grievance.PrivateWay && s.post.Channel == grievance.Facebook && v.Refused == "" {
			var err error
			if v.Until, err = d.window(ctx, tx, s.post, v.Account.ID); err != nil {
				return nil, err
			}
			if d.Now().After(v.Until) {
				v.Refused = "reply.window_over"
			}
		}
		switch {
		case v.Refused != "":
		case s.way == grievance.PrivateWay && s.post.Channel == grievance.X:
			v.Refused = "reply.x_public_only"
		case !v.Right.Least(grievance.DraftRight):
			v.Refused = "reply.no_right"
		case g.limits[v.Account.ID] == "forbidden":
			v.Refused = "reply.account_may_not_send"
		}
	}
	return voices, nil
}

// waits says why what is sent from the account goes out later.
func waits(g *ground, account int) string {
	switch {
	case g.held[account]:
		return "reply.on_hold"
	case g.limits[account] == "unpaid":
		return "reply.budget_spent"
	case g.limits[account] != "" && g.limits[account] != "forbidden":
		return "reply.limit_reached"
	}
	return ""
}

// messageWindow is how long Facebook lets a page write after the person's last message,
// the human-agent tag included.
const messageWindow = 7 * 24 * time.Hour

// window is until when the account may write to the author privately: after a message of
// theirs, or once under a comment.
func (d *Desk) window(ctx context.Context, tx *store.Tx, p *grievance.StoredPost, account int) (time.Time, error) {
	last, err := tx.LastMessage(ctx, p.Author.ID, account)
	if errors.Is(err, grievance.ErrNotFound) {
		return p.PostedAt.Add(messageWindow), nil
	}
	return last.Add(messageWindow), err
}

// refusal says why the service would not let an account answer a post; empty: it would.
func (d *Desk) refusal(a grievance.OfficialAccount, p *grievance.StoredPost) string {
	switch {
	case !a.CanSend:
		return "reply.account_reads_only"
	case !a.StoppedAt.IsZero():
		return "reply.account_stopped"
	case !p.GoneAt.IsZero():
		return "reply.gone"
	case !p.ErasedAt.IsZero():
		return "reply.erased"
	case p.Channel == grievance.X && !d.Enterprise && !slices.Contains(p.Mentions, a.ExternalID):
		return "reply.x_not_summoned"
	case p.Channel != grievance.X && !slices.Contains(p.Accounts, a.ID):
		return "reply.not_seen_there"
	}
	return ""
}

// best is the voice that carries words: what goes out at once before what waits, then
// whose words they are, the case's office, its district and its department before others.
// It is nil when none may.
func (d *Desk) best(voices []Voice, office int, c *grievance.Case) *Voice {
	later := func(v Voice) int {
		switch {
		case v.Waits != "":
			return 2
		case v.Approval:
			return 1
		}
		return 0
	}
	var best *Voice
	for i, v := range voices {
		if v.Refused != "" {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(later(v), later(*best)), cmp.Compare(d.distance(v.Account, office, c), d.distance(best.Account, office, c))) < 0 {
			best = &voices[i]
		}
	}
	return best
}

// distance is how far the account's office stands from those whose case it is.
func (d *Desk) distance(a grievance.OfficialAccount, office int, c *grievance.Case) int {
	o, _ := d.Office.Office(a.OfficeID)
	switch {
	case o.ID == office:
		return 0
	case o.ID == c.OfficeID:
		return 1
	case o.Tier == grievance.Administration && o.DistrictID == c.DistrictID:
		return 2
	case o.Tier == grievance.Headquarters && o.DepartmentID == c.DepartmentID:
		return 3
	}
	return 4
}

// named puts the name of the office whose words they are under them, where the account of
// another carries them: whoever reads an answer of the state's account sees which district
// gives it. An office that the words name already is not named twice.
func named(words, name string) string {
	if name == "" || strings.Contains(words, name) {
		return words
	}
	return words + Naming + name
}

// Naming stands between the words and the office that gives them.
const Naming = "\n— "

// officeNamed is the name, in the language and letters of the citizen, of the office whose
// words an account carries; empty where it is the account's own.
func (d *Desk) officeNamed(a grievance.OfficialAccount, office int, lang string) string {
	if office == 0 || office == a.OfficeID {
		return ""
	}
	o, _ := d.Office.Office(office)
	if lang == "en" || lang == "hi-Latn" {
		return o.Name("en")
	}
	return o.Name("hi")
}
