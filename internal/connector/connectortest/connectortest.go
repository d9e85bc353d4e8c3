// Package connectortest is the one exam that every channel sits: what is said at the
// service arrives whole and recognisable twice, failures have their class, and a reply
// is published once or its end is doubtful.
package connectortest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// Setup is a connector at a fresh stand-in, and the hands to move that stand-in.
type Setup struct {
	Connector connector.Connector
	// Say makes a citizen write to our account and gives the external id of the post.
	Say func(text string) string
	// Edit and Delete change a post at the service; nil where the channel has no such thing.
	Edit   func(id, text string)
	Delete func(id string)
	// Fail makes the next call of the connector meet the failure; false: the channel
	// has no such failure.
	Fail func(c connector.Class) bool
	// LoseAnswer lets the service publish the next reply and lose its answer.
	LoseAnswer func()
	// Published counts our replies under a citizen's post, as the citizen sees them.
	Published func(id string) int
	// Account is our own external id; Way how a reply to Say's post is written.
	Account string
	Way     grievance.Way
	// Now is the stand-in's clock.
	Now func() time.Time
}

// Run examines the connector that open sets up, each part on a stand-in of its own.
func Run(t *testing.T, open func(t *testing.T) Setup) {
	t.Run("everything said arrives", func(t *testing.T) { arrives(t, open(t)) })
	t.Run("nothing is lost between polls", func(t *testing.T) { resumes(t, open(t)) })
	t.Run("posts while paging", func(t *testing.T) { paging(t, open(t)) })
	t.Run("failures have a class and lose nothing", func(t *testing.T) { fails(t, open) })
	t.Run("edits and deletions", func(t *testing.T) { changes(t, open(t)) })
	t.Run("a reply is published once", func(t *testing.T) { replies(t, open(t)) })
	t.Run("a lost answer is doubtful and found", func(t *testing.T) { doubtful(t, open(t)) })
}

// Inbox remembers what polls brought, as the store would.
type Inbox struct {
	Posts   map[string]grievance.Post // by external id
	cursors map[string]string
}

// Poll reads every source of c to its last page. between, when not nil, runs after
// every page.
func (in *Inbox) Poll(ctx context.Context, c connector.Connector, between func()) error {
	if in.Posts == nil {
		in.Posts, in.cursors = map[string]grievance.Post{}, map[string]string{}
	}
	for _, src := range c.Sources(nil) {
		name := src.Name()
		for page := 0; ; page++ {
			if page > 1000 {
				return fmt.Errorf("source %s never ends", name)
			}
			b, err := c.Fetch(ctx, src, in.cursors[name])
			if err != nil {
				return err
			}
			for _, it := range b.Items {
				if it.What == connector.ItemNew || it.What == connector.ItemEdited {
					in.Posts[it.Post.ExternalID] = it.Post
				}
			}
			if between != nil {
				between()
			}
			if b.Done {
				if b.Cursor != "" {
					in.cursors[name] = b.Cursor
				}
				break
			}
			src.Page = b.NextPage
		}
	}
	return nil
}

func arrives(t *testing.T, s Setup) {
	texts := map[string]string{}
	for _, text := range []string{"सड़क टूटी है", "pani nahi aa raha", "Street light & wire <loose>"} {
		texts[s.Say(text)] = text
	}
	var in Inbox
	if err := in.Poll(t.Context(), s.Connector, nil); err != nil {
		t.Fatal(err)
	}
	for id, text := range texts {
		p, ok := in.Posts[id]
		if !ok {
			t.Errorf("%q did not arrive", text)
			continue
		}
		if p.Text == "" || p.FullText == "" || p.DedupKey == "" || p.PostedAt.IsZero() || p.Direction != grievance.In || p.Form == "" || len(p.Raw) == 0 {
			t.Errorf("%q lacks a field: %+v", text, p)
		}
		if !strings.Contains(p.Text, text) {
			t.Errorf("text %q arrived as %q", text, p.Text)
		}
	}
}

func resumes(t *testing.T, s Setup) {
	var in Inbox
	first := s.Say("first")
	if err := in.Poll(t.Context(), s.Connector, nil); err != nil {
		t.Fatal(err)
	}
	key := in.Posts[first].DedupKey
	second := s.Say("second")
	if err := in.Poll(t.Context(), s.Connector, nil); err != nil {
		t.Fatal(err)
	}
	if _, ok := in.Posts[second]; !ok {
		t.Error("a post after the first poll was lost")
	}
	if again := in.Posts[first].DedupKey; again != key {
		t.Errorf("the same post has two keys: %q and %q", key, again)
	}
}

func paging(t *testing.T, s Setup) {
	want := []string{}
	for i := range 130 {
		want = append(want, s.Say(fmt.Sprintf("post number %d", i)))
	}
	var in Inbox
	said := 0
	between := func() {
		if said < 3 {
			want = append(want, s.Say(fmt.Sprintf("meanwhile %d", said)))
			said++
		}
	}
	if err := in.Poll(t.Context(), s.Connector, between); err != nil {
		t.Fatal(err)
	}
	if err := in.Poll(t.Context(), s.Connector, nil); err != nil {
		t.Fatal(err)
	}
	for _, id := range want {
		if _, ok := in.Posts[id]; !ok {
			t.Errorf("post %s was lost while paging", id)
		}
	}
}

func fails(t *testing.T, open func(t *testing.T) Setup) {
	for _, class := range []connector.Class{connector.Temporary, connector.Limited, connector.SignIn, connector.Forbidden, connector.Unpaid} {
		s := open(t)
		id := s.Say("said before the failure")
		if !s.Fail(class) {
			continue
		}
		var in Inbox
		err := in.Poll(t.Context(), s.Connector, nil)
		if err == nil {
			t.Errorf("%s: the poll did not notice", class)
			continue
		}
		if got := connector.ClassOf(err); got != class {
			t.Errorf("class = %s, want %s (%v)", got, class, err)
		}
		if class == connector.SignIn || class == connector.Forbidden {
			continue // a person must act first
		}
		if err := in.Poll(t.Context(), s.Connector, nil); err != nil {
			t.Errorf("after %s: %v", class, err)
		}
		if _, ok := in.Posts[id]; !ok {
			t.Errorf("after %s the post is lost", class)
		}
	}
}

func changes(t *testing.T, s Setup) {
	if s.Edit == nil && s.Delete == nil {
		return // a letter is never changed
	}
	id := s.Say("before the change")
	gone := s.Say("to be deleted")
	var in Inbox
	if err := in.Poll(t.Context(), s.Connector, nil); err != nil {
		t.Fatal(err)
	}
	checker, ok := s.Connector.(connector.Checker)
	if !ok {
		t.Fatal("a channel with edits and deletions must implement connector.Checker")
	}
	s.Edit(id, "after the change")
	s.Delete(gone)
	b, err := checker.Check(t.Context(), []string{id, gone})
	if err != nil {
		t.Fatal(err)
	}
	var edited, deleted bool
	for _, it := range b.Items {
		if it.What == connector.ItemGone && it.Post.ExternalID == gone {
			deleted = true
		}
		if (it.What == connector.ItemEdited || it.What == connector.ItemNew) && strings.Contains(it.Post.Text, "after the change") {
			edited = true
		}
	}
	if !edited || !deleted {
		t.Errorf("edited seen: %v, deletion seen: %v; items: %d", edited, deleted, len(b.Items))
	}
}

func outgoing(t *testing.T, s Setup) (connector.Replier, connector.Outgoing) {
	t.Helper()
	replier, ok := s.Connector.(connector.Replier)
	if !ok {
		t.Fatal("the connector does not reply")
	}
	id := s.Say("please help")
	var in Inbox
	if err := in.Poll(t.Context(), s.Connector, nil); err != nil {
		t.Fatal(err)
	}
	p, ok := in.Posts[id]
	if !ok {
		t.Fatal("the post did not arrive")
	}
	return replier, connector.Outgoing{
		Text: "आपकी शिकायत दर्ज है।", Title: "Re: please help", Way: s.Way, To: p, Account: s.Account,
		MessageID: "<exam.r1@nivaran.example>", LastHeard: p.PostedAt, Now: s.Now(),
	}
}

func replies(t *testing.T, s Setup) {
	replier, out := outgoing(t, s)
	if err := replier.MaySend(out); err != nil {
		t.Fatalf("MaySend: %v", err)
	}
	start := s.Now()
	sent, err := replier.Send(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	if sent.ExternalID == "" && sent.MessageID == "" {
		t.Error("the service gave no id")
	}
	if n := s.Published(out.To.ExternalID); n != 1 {
		t.Errorf("published %d times, want 1", n)
	}
	if n, limit := replier.Length(out.Text, out.Way); n == 0 || limit != 0 && n > limit {
		t.Errorf("Length = %d of %d", n, limit)
	}
	if found, err := replier.Find(t.Context(), out, start); err == nil && sent.ExternalID != "" && (len(found) != 1 || found[0].ExternalID != sent.ExternalID) {
		t.Errorf("Find = %+v, want the reply that was sent", found)
	}
}

func doubtful(t *testing.T, s Setup) {
	replier, out := outgoing(t, s)
	start := s.Now()
	if found, err := replier.Find(t.Context(), out, start); err == nil && len(found) > 0 {
		t.Error("Find saw a reply that was never sent")
	}
	s.LoseAnswer()
	_, err := replier.Send(t.Context(), out)
	if err == nil {
		t.Fatal("Send says published although the answer was lost")
	}
	if f, ok := errors.AsType[*connector.Failure](err); ok && f.Class != connector.Doubtful {
		t.Errorf("class = %s, want doubtful", f.Class)
	}
	if n := s.Published(out.To.ExternalID); n != 1 {
		t.Fatalf("stand-in shows %d replies, want 1", n)
	}
	if found, err := replier.Find(t.Context(), out, start); err == nil && len(found) == 0 {
		t.Error("Find did not see the reply that was published")
	}
}
