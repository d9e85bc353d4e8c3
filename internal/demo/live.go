package demo

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"nivaran/internal/connector/email/emailtest"
	"nivaran/internal/connector/facebook/facebooktest"
	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
)

// Citizens write at the stand-ins and react to what the offices answer.
type Citizens struct {
	StandIns *StandIns
	Office   *office.Directory
	Page     grievance.OfficialAccount // the Chief Minister's at Facebook
	Rand     *rand.Rand
	Log      *slog.Logger

	mu       sync.Mutex
	written  []xtest.Post // at X, to come back to
	toDelete []string
	notice   string // id of the page's own post, under which citizens comment
	n        int
}

// Run lets citizens write every so often until ctx ends.
func (c *Citizens) Run(ctx context.Context, every time.Duration) {
	var wg sync.WaitGroup
	defer wg.Wait()
	c.StandIns.X.OnReply(func(p xtest.Post) {
		if answers(p.Text) {
			wg.Go(func() { c.reactX(ctx, p) })
		}
	})
	c.StandIns.Facebook.OnReply(func(p facebooktest.Post) {
		if answers(p.Text) {
			wg.Go(func() { c.reactFacebook(ctx, p) })
		}
	})
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		if err := c.write(); err != nil {
			c.Log.WarnContext(ctx, "a citizen could not write", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// answers says whether a reply is an office's answer that asks for a verdict.
func answers(s string) bool {
	return strings.Contains(s, "Is it settled?") || strings.Contains(s, "क्या समाधान हुआ") || strings.Contains(s, "Kya kaam ho gaya")
}

// verdict is what a citizen says of an answer: four of five are content.
func (c *Citizens) verdict() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.Rand.IntN(5) == 0 {
		return pick(c.Rand, objects)
	}
	return pick(c.Rand, thanks)
}

// reactTime is how long a citizen takes to answer.
const reactTime = 12 * time.Second

func (c *Citizens) reactX(ctx context.Context, p xtest.Post) {
	if !sleep(ctx, reactTime) {
		return
	}
	for _, q := range c.StandIns.X.Thread(p.ThreadID) {
		if q.ID == p.ReplyTo && !q.API {
			_, err := c.StandIns.X.Post(q.Author, c.verdict(), xtest.Draft{ReplyTo: p.ID})
			c.log(ctx, err)
			return
		}
	}
}

func (c *Citizens) reactFacebook(ctx context.Context, p facebooktest.Post) {
	if !sleep(ctx, reactTime) {
		return
	}
	for _, q := range c.StandIns.Facebook.Thread(p.ThreadID) {
		if q.ID == p.ParentID && !q.FromPage {
			_, err := c.StandIns.Facebook.Comment(p.ThreadID, q.Author, c.verdict(), facebooktest.Draft{})
			c.log(ctx, err)
			return
		}
	}
}

func (c *Citizens) log(ctx context.Context, err error) {
	if err != nil {
		c.Log.WarnContext(ctx, "a citizen could not react", "err", err)
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// write lets one citizen write: the road in turn over the channels, with what else comes.
func (c *Citizens) write() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	t := draw(c.Rand, c.Office)
	place := t.place
	switch c.n % 20 {
	case 4: // the same words again, by the same citizen
		if n := len(c.written); n > 0 {
			p := c.written[n-1]
			return c.tweetAs(p.Author, p.Text)
		}
	case 6:
		return c.tweet(t, fmt.Sprintf(pick(c.Rand, praises), place))
	case 8:
		return c.tweet(t, pick(c.Rand, abuses))
	case 9: // a word more in the own thread
		if n := len(c.written); n > 0 {
			p := c.written[c.Rand.IntN(n)]
			_, err := c.StandIns.X.Post(p.Author, pick(c.Rand, followUps), xtest.Draft{ReplyTo: p.ID})
			return err
		}
	case 11:
		return c.tweet(t, pick(c.Rand, spams))
	case 12:
		return c.letter(t, "Suggestion", fmt.Sprintf(pick(c.Rand, suggestions), place))
	case 13:
		return c.letter(t, "Fwd: "+c.subject(t), "---------- Forwarded message ---------\nFrom: A neighbour <neighbour@example.org>\nSubject: complaint\n\n"+t.text)
	case 14: // two of our accounts in one post
		return c.tweet(t, "@DCHisarNivaran "+t.text)
	case 15:
		return c.tweet(t, fmt.Sprintf(pick(c.Rand, queries), place))
	case 16:
		return c.tweet(t, pick(c.Rand, politics))
	case 17:
		return c.deleteOne(t)
	case 18:
		return c.tweet(t, fmt.Sprintf(pick(c.Rand, dangers), place))
	}
	switch c.n % 3 {
	case 1:
		return c.facebook(t)
	case 2:
		return c.letter(t, c.subject(t)+", "+place, t.text)
	}
	return c.tweet(t, t.text)
}

func (c *Citizens) tweet(t told, text string) error {
	return c.tweetAs(t.author().Handle, "@NivaranHR "+text)
}

func (c *Citizens) tweetAs(handle, text string) error {
	c.StandIns.X.AddUser(xtest.User{Username: handle, Name: handle})
	p, err := c.StandIns.X.Post(handle, text, xtest.Draft{})
	if err == nil {
		c.written = append(c.written, p)
	}
	return err
}

// deleteOne writes a post and deletes the one written so before.
func (c *Citizens) deleteOne(t told) error {
	for _, id := range c.toDelete {
		if err := c.StandIns.X.Delete(id); err != nil {
			return err
		}
	}
	c.toDelete = nil
	err := c.tweet(t, t.text)
	if err == nil {
		c.toDelete = []string{c.written[len(c.written)-1].ID}
		c.written = c.written[:len(c.written)-1]
	}
	return err
}

// facebook writes on the page's wall, or under what the page itself announced.
func (c *Citizens) facebook(t told) error {
	fb, name := c.StandIns.Facebook, t.author().Name
	if c.notice == "" {
		p, err := fb.VisitorPost(c.Page.ExternalID, c.Page.Name, announcement, facebooktest.Draft{})
		if err != nil {
			return err
		}
		c.notice = p.ID
	}
	var err error
	if c.Rand.IntN(2) == 0 {
		_, err = fb.Comment(c.notice, name, t.text, facebooktest.Draft{})
	} else {
		_, err = fb.VisitorPost(c.Page.ExternalID, name, t.text, facebooktest.Draft{})
	}
	return err
}

// subject is what a letter's first line says of the trouble.
func (c *Citizens) subject(t told) string {
	s, _ := c.Office.Subject(c.Office.SubjectByCode(t.matter.subject))
	return s.Name(t.lang)
}

func (c *Citizens) letter(t told, subject, text string) error {
	a := t.author()
	address := a.Handle + "@example.org"
	at := time.Now()
	d := emailtest.Draft{From: address, Name: a.Name, To: cmMailbox, Subject: subject, Text: text + "\n\n-- \n" + a.Name, Date: at, MessageID: fmt.Sprintf("<%d.%s>", at.UnixNano(), address), DMARC: "pass"}
	return c.StandIns.Mail.Deliver(cmMailbox, d.Bytes())
}
