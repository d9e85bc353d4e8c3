package notice

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/store"
)

// stale is after what time a notice or a mail is no news any more and stays unsent.
const stale = 24 * time.Hour

// officersAtOnce is how many officers one transaction looks after.
const officersAtOnce = 100

// Due makes mails of what officers are to be told now, and sends what is due. It runs
// every minute, and at once where something is urgent.
func (m *Mailer) Due(ctx context.Context) error {
	if !m.On() {
		return m.Store.Tx(ctx, func(tx *store.Tx) error { return tx.DropMail(ctx, m.Now()) })
	}
	return errors.Join(m.tell(ctx), m.digest(ctx), m.sendDue(ctx))
}

// tell looks at new notices: those that go out at once become one mail for each officer,
// the others wait for the day's or stay in the program.
func (m *Mailer) tell(ctx context.Context) error {
	return m.rounds(ctx, "tell officers", func(tx *store.Tx) ([]grievance.ID, error) {
		return tx.OfficersToTell(ctx, officersAtOnce)
	}, m.tellOne)
}

func (m *Mailer) tellOne(ctx context.Context, tx *store.Tx, o grievance.Officer) error {
	waiting, err := m.waiting(ctx, tx, o, false)
	if err != nil {
		return err
	}
	tooOld := m.Now().Add(-stale)
	var now []store.Notice
	var later []grievance.ID
	for _, n := range waiting {
		switch choice := choice(o, n); {
		case n.At.Before(tooOld):
		case choice == grievance.MailAtOnce:
			now = append(now, n)
		case choice == grievance.MailDaily:
			later = append(later, n.ID)
		}
	}
	if err := tx.TellDaily(ctx, later); err != nil {
		return err
	}
	if err := m.mail(ctx, tx, o, now, false); err != nil {
		return err
	}
	return tx.NothingToTell(ctx, o.ID, false)
}

// choice is when a notice goes to the officer. A suspended one hears of the own ID only.
func choice(o grievance.Officer, n store.Notice) grievance.MailChoice {
	group := GroupOf(n)
	chosen := o.Mail.Of(group)
	switch {
	case grievance.NoticeWithLink(n.Kind):
		return grievance.MailNever
	case !o.SuspendedAt.IsZero() && group != grievance.OwnNotices:
		return grievance.MailNever
	case chosen != grievance.MailNever && grievance.NoticeUrgent(n.Kind):
		return grievance.MailAtOnce
	}
	return chosen
}

// GroupOf is the group about which the officer chose.
func GroupOf(n store.Notice) grievance.NoticeGroup {
	return grievance.NoticeGroupOf(n.Kind, n.CaseID != 0 || n.PostID != 0)
}

// digest makes the daily mails whose minute of the working day has come.
func (m *Mailer) digest(ctx context.Context) error {
	now := m.Now().In(grievance.India)
	if works, _ := m.Office.Calendar().Working(now); !works {
		return nil
	}
	day, minute := now.Format(time.DateOnly), now.Hour()*60+now.Minute()
	return m.rounds(ctx, "daily mail", func(tx *store.Tx) ([]grievance.ID, error) {
		return tx.OfficersForDigest(ctx, day, minute, officersAtOnce)
	}, func(ctx context.Context, tx *store.Tx, o grievance.Officer) error {
		if err := m.digestOne(ctx, tx, o); err != nil {
			return err
		}
		return tx.DigestMade(ctx, o.ID, day)
	})
}

func (m *Mailer) digestOne(ctx context.Context, tx *store.Tx, o grievance.Officer) error {
	waiting, err := m.waiting(ctx, tx, o, true)
	if err != nil {
		return err
	}
	waiting = slices.DeleteFunc(waiting, func(n store.Notice) bool { return choice(o, n) == grievance.MailNever })
	if err := m.mail(ctx, tx, o, waiting, true); err != nil {
		return err
	}
	return tx.NothingToTell(ctx, o.ID, true)
}

// rounds does one thing for each officer of the list, a hundred in a transaction that no
// other process may be in, until the list is empty.
func (m *Mailer) rounds(ctx context.Context, work string, list func(tx *store.Tx) ([]grievance.ID, error), do func(context.Context, *store.Tx, grievance.Officer) error) error {
	for {
		var left bool
		err := m.Store.Tx(ctx, func(tx *store.Tx) error {
			if err := tx.Alone(ctx, work); err != nil {
				return err
			}
			ids, err := list(tx)
			if err != nil {
				return err
			}
			left = len(ids) == officersAtOnce
			for _, id := range ids {
				o, err := tx.Officer(ctx, id)
				if err != nil {
					return err
				}
				if err := do(ctx, tx, o); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", work, err)
		}
		if !left {
			return nil
		}
	}
}

// waiting lists what waits for a mail to the officer and is still to be told.
func (m *Mailer) waiting(ctx context.Context, tx *store.Tx, o grievance.Officer, daily bool) ([]store.Notice, error) {
	charges, err := tx.Charges(ctx, o.ID, m.Now())
	if err != nil {
		return nil, err
	}
	return tx.NoticesToTell(ctx, m.Office.Viewer(o.ID, charges), daily)
}

// told is how many notices one mail names; the rest it counts.
const told = 50

// mail makes one mail of the notices.
func (m *Mailer) mail(ctx context.Context, tx *store.Tx, o grievance.Officer, all []store.Notice, daily bool) error {
	if len(all) == 0 {
		return nil
	}
	mail := store.Mail{ID: tx.NewID(m.Now()), OfficerID: o.ID, Kind: "notices"}
	ids := make([]grievance.ID, 0, len(all))
	for _, n := range all {
		ids = append(ids, n.ID)
		mail.Again = mail.Again || grievance.NoticeUrgent(n.Kind)
	}
	if err := m.queue(ctx, tx, mail, m.words(o, all, daily)); err != nil {
		return err
	}
	return tx.ToldBy(ctx, mail.ID, ids)
}

// words writes what the notices are and where each leads: a number and a link, never a
// citizen's name or text.
func (m *Mailer) words(o grievance.Officer, all []store.Notice, daily bool) Letter {
	p := m.texts.In(o.Language)
	l := Letter{To: o.Email, Subject: m.subject(p, all, daily)}
	var b strings.Builder
	fmt.Fprintln(&b, p.T("mail.greeting", "Name", o.Name(p.Lang())))
	for i, n := range all {
		if i == told {
			fmt.Fprintf(&b, "\n%s\n%s/notices\n", p.T("mail.more", "Count", len(all)-told), m.PublicURL)
			break
		}
		fmt.Fprintf(&b, "\n%s\n", p.T(n.Kind))
		if n.Data != "" {
			fmt.Fprintln(&b, n.Data)
		}
		fmt.Fprintf(&b, "%s/notices/%s\n", m.PublicURL, n.ID)
	}
	fmt.Fprintf(&b, "\n-- \n%s\n%s/settings\n", p.T("mail.why"), m.PublicURL)
	l.Text = b.String()
	return l
}

func (m *Mailer) subject(p *i18n.Printer, all []store.Notice, daily bool) string {
	switch {
	case daily:
		return p.T("mail.daily", "Count", len(all), "Day", p.Day(m.Now()))
	case len(all) == 1:
		return p.T("mail.one", "What", p.T(all[0].Kind))
	}
	return p.T("mail.several", "Count", len(all))
}
