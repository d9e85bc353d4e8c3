package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"nivaran/internal/copies"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/text"
)

// Sort reads stored posts and decides what they do by themselves; all else is pre-chosen
// and waits for a clerk. Posts that were sorted already are passed over, so a job that
// runs twice does no harm.
func (in *Intake) Sort(ctx context.Context, ids []grievance.ID) error {
	joins, opens, err := in.sortBatch(ctx, ids)
	if err != nil {
		return fmt.Errorf("sort %d posts: %w", len(ids), err)
	}
	if err := in.openAlone(ctx, opens); err != nil {
		return err
	}
	if err := in.join(ctx, joins); err == nil || ctx.Err() != nil {
		return err
	}
	var errs []error // one by one, so that the sound ones are not held up by another
	for _, j := range joins {
		if err := in.join(ctx, []desk.JoinRequest{j}); err != nil {
			errs = append(errs, fmt.Errorf("join post %s: %w", j.PostID, err))
		}
	}
	return errors.Join(errs...)
}

// join lets posts join their cases; a clerk decides on those that come too late.
func (in *Intake) join(ctx context.Context, joins []desk.JoinRequest) error {
	if len(joins) == 0 {
		return nil
	}
	late, err := in.Desk.JoinAll(ctx, grievance.System, joins)
	if err != nil || len(late) == 0 {
		return err
	}
	return in.ask(ctx, late)
}

// sortBatch sorts what needs no case in one transaction and gives what joins one, and what
// is opened alone.
func (in *Intake) sortBatch(ctx context.Context, ids []grievance.ID) (joins []desk.JoinRequest, opens []grievance.ID, err error) {
	err = in.Store.Tx(ctx, func(tx *store.Tx) error {
		joins, opens = nil, nil
		posts, err := tx.PostsToSort(ctx, ids)
		if err != nil {
			return err
		}
		accounts, err := tx.Accounts(ctx)
		if err != nil {
			return err
		}
		near, err := lookAround(ctx, tx, posts)
		if err != nil {
			return err
		}
		for _, p := range posts {
			known, err := in.known(ctx, tx, p, near)
			if err != nil {
				return err
			}
			d := Decide(p, known)
			if d.Act == ActJoin {
				joins = append(joins, desk.JoinRequest{PostID: p.ID, CaseID: d.CaseID, CopyOf: d.CopyOf})
				continue
			}
			act, err := in.settle(ctx, tx, p, d, known, accounts)
			if err != nil {
				return err
			}
			if act == ActOpen {
				opens = append(opens, p.ID)
			}
		}
		return nil
	})
	return joins, opens, err
}

// settle saves what became of a post that joins nothing by itself, and says what was done:
// a post to be opened waits at the desk until it is.
func (in *Intake) settle(ctx context.Context, tx *store.Tx, p *grievance.StoredPost, d Decision, k Known, accounts []grievance.OfficialAccount) (Act, error) {
	now := in.Now()
	switch d.Act {
	case ActOwn:
		p.Sorted = grievance.SortOwn
		return d.Act, tx.SaveSorting(ctx, p, "", now)
	case ActKeep:
		p.Sorted = grievance.SortKept
		p.Verdict.Kind, p.Verdict.NotReason = grievance.NotForUs, d.Reason
		if p.Mail != nil && p.Mail.BounceOf != "" {
			if err := in.Desk.Bounce(ctx, tx, p.Mail.BounceOf, p.Mail.BounceStatus, now); err != nil && !errors.Is(err, grievance.ErrNotFound) {
				return d.Act, err
			}
		}
		return d.Act, tx.SaveSorting(ctx, p, d.Reason, now)
	}
	return in.read(ctx, tx, p, k, accounts, k.Thread == 0 && k.Copy == nil)
}

// read lets the sorter read a post, and saves what comes of it; alone says whether anything
// may be decided about it without asking at all.
func (in *Intake) read(ctx context.Context, tx *store.Tx, p *grievance.StoredPost, k Known, accounts []grievance.OfficialAccount, alone bool) (Act, error) {
	now := in.Now()
	p.Sorted = grievance.SortAsk
	p.Verdict = in.Sorter.Sort(p, seenBy(p, accounts), k.Earlier)
	p.Verdict.FollowUp = k.Thread
	if k.Copy != nil {
		p.Verdict.CopyOf = k.Copy.PostID
	}
	if copies.Template(p.Text) { // a hint: a clerk still looks
		alone = false
		p.Verdict.Kind, p.Verdict.NotReason = grievance.NotForUs, "authority"
		p.Verdict.Reasons = append(p.Verdict.Reasons, grievance.Reason{Says: "template"})
	}
	p.Urgency = p.Verdict.Urgency
	if err := in.Desk.Print(tx, p); err != nil {
		return ActAsk, err
	}
	if err := hide(ctx, tx, p.ID, k); err != nil {
		return ActAsk, err
	}
	d := Decision{Act: ActAsk}
	if alone {
		d = DecideRead(p, in.Sorter.Alone)
	}
	if p.Verdict.Alone = d.Alone; d.Alone != "" {
		if err := tx.AddAloneAct(ctx, p, d.Alone, d.Sure, d.Act == ActAsk, now); err != nil {
			return d.Act, err
		}
	}
	if d.Act == ActKeep {
		p.Sorted = grievance.SortKept
	}
	if err := tx.SaveSorting(ctx, p, d.Reason, now.Add(in.Desk.Limits.Unsorted)); err != nil {
		return d.Act, err
	}
	if p.Urgency == grievance.Danger {
		return d.Act, in.Desk.Alarm(ctx, tx, p)
	}
	return d.Act, nil
}

// openAlone opens and routes posts without a person. One that cannot be opened waits for a
// clerk, and so does each that a process was killed before opening.
func (in *Intake) openAlone(ctx context.Context, ids []grievance.ID) error {
	for _, id := range ids {
		if err := in.Desk.OpenAlone(ctx, id); err != nil {
			if ctx.Err() != nil {
				return err
			}
			in.Log.WarnContext(ctx, "a post was not opened alone and waits for a clerk", "post", id, "err", err)
		}
	}
	return nil
}

// hide keeps a post from everybody from whom the case is kept to which it may belong.
func hide(ctx context.Context, tx *store.Tx, post grievance.ID, k Known) error {
	cases := []grievance.ID{k.Thread}
	if k.Copy != nil {
		cases = append(cases, k.Copy.CaseID)
	}
	for _, c := range cases {
		if c == 0 {
			continue
		}
		if err := tx.ExcludeFromCase(ctx, post, c); err != nil {
			return err
		}
	}
	return nil
}

// surroundings are what the posts of a batch may belong to. Most belong to nothing: they
// are asked about together, and only the rest one by one.
type surroundings struct {
	threads map[grievance.Channel]map[string]bool // that hold a case
	said    map[store.Said]bool                   // in a case, by the same author
	earlier map[grievance.ID][]int                // districts of the author's last cases
}

func lookAround(ctx context.Context, tx *store.Tx, posts []*grievance.StoredPost) (s surroundings, err error) {
	threads := map[grievance.Channel][]string{}
	var words []store.Said
	var authors []grievance.ID
	for _, p := range posts {
		if p.Direction == grievance.Out {
			continue
		}
		if p.ThreadID != "" && p.Mail == nil {
			threads[p.Channel] = append(threads[p.Channel], p.ThreadID)
		}
		if p.Author.ID != 0 {
			authors = append(authors, p.Author.ID)
		}
		if key, n := text.Verbatim(p.Text); n >= copyWords && p.Author.ID != 0 {
			words = append(words, store.Said{Author: p.Author.ID, Key: key})
		}
	}
	s.threads = map[grievance.Channel]map[string]bool{}
	for ch, ids := range threads {
		if s.threads[ch], err = tx.ThreadsInCases(ctx, ch, ids); err != nil {
			return s, err
		}
	}
	if s.said, err = tx.SaidBefore(ctx, words); err != nil {
		return s, err
	}
	s.earlier, err = tx.EarlierDistricts(ctx, authors)
	return s, err
}

// mayAnswer tells whether the post may belong to the conversation of a case.
func (s surroundings) mayAnswer(p *grievance.StoredPost) bool {
	return p.Mail != nil || p.ParentID != "" || s.threads[p.Channel][p.ThreadID]
}

// known asks the store what surrounds the post: the case of its thread, and an earlier
// post of the author with the same words.
func (in *Intake) known(ctx context.Context, tx *store.Tx, p *grievance.StoredPost, near surroundings) (Known, error) {
	var k Known
	if p.Direction == grievance.Out {
		return k, nil
	}
	k.Earlier = near.earlier[p.Author.ID]
	var c grievance.ID
	var err error
	if near.mayAnswer(p) {
		if c, err = in.caseOfThread(ctx, tx, p); err != nil {
			return k, err
		}
	}
	if c != 0 {
		k.Thread = c
		if k.Complainant, err = tx.IsComplainant(ctx, c, p.Author.ID); err != nil {
			return k, err
		}
	}
	key, words := text.Verbatim(p.Text)
	k.Words = words
	if words < copyWords || !near.said[store.Said{Author: p.Author.ID, Key: key}] {
		return k, nil
	}
	e, err := tx.EarlierCopy(ctx, p.Author.ID, key, p.ID)
	if errors.Is(err, grievance.ErrNotFound) {
		return k, nil
	}
	if err != nil {
		return k, err
	}
	k.Copy = &Earlier{PostID: e.PostID, CaseID: e.CaseID, CaseOpen: e.CaseOpen, At: e.PostedAt, ParentID: e.ParentID, Media: e.Media}
	return k, nil
}

// caseOfThread finds the case that the post's conversation belongs to: by what it
// answers, then by its thread; a letter by our own signed Message-ID in its references.
func (in *Intake) caseOfThread(ctx context.Context, tx *store.Tx, p *grievance.StoredPost) (grievance.ID, error) {
	if p.Mail != nil {
		refs := append([]string{p.Mail.InReplyTo}, reversed(p.Mail.References)...)
		for _, ref := range refs {
			if ref == "" {
				continue
			}
			c, err := tx.CaseByMessageID(ctx, ref)
			if err == nil || !errors.Is(err, grievance.ErrNotFound) {
				return c, err
			}
		}
		return in.caseByQuotedNumber(ctx, tx, p)
	}
	c, err := tx.CaseByThread(ctx, p.Channel, p.ThreadID, p.ParentID, p.Author.ID)
	if errors.Is(err, grievance.ErrNotFound) {
		return 0, nil
	}
	return c, err
}

// caseByQuotedNumber follows a registration number in a letter's subject line, if its
// sender belongs to that case; a bare subject decides nothing.
func (in *Intake) caseByQuotedNumber(ctx context.Context, tx *store.Tx, p *grievance.StoredPost) (grievance.ID, error) {
	for _, number := range grievance.FindRegistrationNumbers(p.Title) {
		c, err := tx.CaseByNumber(ctx, grievance.Scope{All: true}, number)
		if errors.Is(err, grievance.ErrNotFound) {
			continue
		}
		if err != nil {
			return 0, err
		}
		belongs, err := tx.IsComplainant(ctx, c.ID, p.Author.ID)
		if err != nil {
			return 0, err
		}
		if belongs {
			return c.ID, nil
		}
	}
	return 0, nil
}

func (in *Intake) ask(ctx context.Context, ids []grievance.ID) error {
	return in.Store.Tx(ctx, func(tx *store.Tx) error {
		posts, err := tx.PostsToSort(ctx, ids)
		if err != nil {
			return err
		}
		accounts, err := tx.Accounts(ctx)
		if err != nil {
			return err
		}
		for _, p := range posts {
			if _, err := in.read(ctx, tx, p, Known{}, accounts, false); err != nil {
				return err
			}
		}
		return nil
	})
}

// SortLeft sorts what no job carries: posts stored by a process that was killed between
// storing and sorting, or on a store without a queue.
func (in *Intake) SortLeft(ctx context.Context, older time.Duration) (int, error) {
	total := 0
	for {
		var ids []grievance.ID
		err := in.Store.View(ctx, func(tx *store.Tx) (err error) {
			ids, err = tx.UnsortedPosts(ctx, in.Now().Add(-older), sortBatch)
			return err
		})
		if err != nil || len(ids) == 0 {
			return total, err
		}
		if err := in.Sort(ctx, ids); err != nil {
			return total, err
		}
		total += len(ids)
	}
}

func seenBy(p *grievance.StoredPost, accounts []grievance.OfficialAccount) []grievance.OfficialAccount {
	var own []grievance.OfficialAccount
	for _, a := range accounts {
		for _, id := range p.Accounts {
			if id == a.ID {
				own = append(own, a)
			}
		}
	}
	return own
}

func reversed(s []string) []string {
	r := make([]string, 0, len(s))
	for i := len(s) - 1; i >= 0; i-- {
		r = append(r, s[i])
	}
	return r
}
