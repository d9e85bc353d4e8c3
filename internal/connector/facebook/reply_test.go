package facebook_test

import (
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/facebook"
	"nivaran/internal/connector/facebook/facebooktest"
	"nivaran/internal/grievance"
)

// arrived polls everything and gives the post of an id.
func (r *rig) arrived(id string) grievance.Post {
	r.Helper()
	var all []connector.Item
	for _, src := range r.Sources(nil) {
		items, _ := r.round(src, "")
		all = append(all, items...)
	}
	return find(r.T, all, id).Post
}

func (r *rig) answer(to grievance.Post, way grievance.Way, text string) connector.Outgoing {
	return connector.Outgoing{Text: text, Way: way, To: to, Account: r.page.ID, Now: r.clock()}
}

func TestMaySend(t *testing.T) {
	r := newRig(t)
	c := r.Connector
	now := r.clock()
	ours := grievance.Post{Form: grievance.Comment, ExternalID: "5_6", ThreadID: r.page.ID + "_5", PostedAt: now}
	onWall := grievance.Post{Form: grievance.PagePost, ExternalID: r.page.ID + "_5", PostedAt: now}
	old := ours
	old.PostedAt = now.Add(-8 * 24 * time.Hour)
	elsewhere := grievance.Post{Form: grievance.Mention, ExternalID: "9_5", ThreadID: "9_5", PostedAt: now}
	foreign := grievance.Post{Form: grievance.Comment, ExternalID: "5_6", ThreadID: "9_5", PostedAt: now}
	message := grievance.Post{Form: grievance.Message, ExternalID: "m_1", Author: grievance.Author{ExternalID: "7"}, PostedAt: now.Add(-30 * 24 * time.Hour)}
	nobody := message
	nobody.Author = grievance.Author{}
	heard := func(ago time.Duration, automatic bool) connector.Outgoing {
		return connector.Outgoing{Text: "a", Way: grievance.PrivateWay, To: message, LastHeard: now.Add(-ago), Automatic: automatic, Now: now}
	}
	say := func(way grievance.Way, to grievance.Post, text string) connector.Outgoing {
		return connector.Outgoing{Text: text, Way: way, To: to, Now: now}
	}
	const day = 24 * time.Hour
	tests := []struct {
		name string
		out  connector.Outgoing
		key  string
	}{
		{"public comment", say(grievance.PublicWay, ours, "a"), ""},
		{"public comment, late", say(grievance.PublicWay, old, "a"), ""},
		{"public, on a citizen's wall", say(grievance.PublicWay, elsewhere, "a"), ""},
		{"empty", say(grievance.PublicWay, ours, ""), facebook.KeyEmpty},
		{"longest comment", say(grievance.PublicWay, ours, strings.Repeat("क", 8000)), ""},
		{"too long a comment", say(grievance.PublicWay, ours, strings.Repeat("क", 8001)), facebook.KeyTooLong},
		{"public answer to a message", say(grievance.PublicWay, message, "a"), facebook.KeyPublicNone},
		{"a letter", say(grievance.LetterWay, ours, "a"), facebook.KeyNoLetter},
		{"private reply", say(grievance.PrivateWay, ours, "a"), ""},
		{"private reply to a post", say(grievance.PrivateWay, onWall, "a"), ""},
		{"private reply, late", say(grievance.PrivateWay, old, "a"), facebook.KeyPrivateLate},
		{"private reply to a mention", say(grievance.PrivateWay, elsewhere, "a"), facebook.KeyElsewhere},
		{"private reply on a citizen's wall", say(grievance.PrivateWay, foreign, "a"), facebook.KeyElsewhere},
		{"longest message", say(grievance.PrivateWay, ours, strings.Repeat("क", 2000)), ""},
		{"too long a message", say(grievance.PrivateWay, ours, strings.Repeat("क", 2001)), facebook.KeyTooLong},
		{"message within a day", heard(day, true), ""},
		{"message after a day", heard(day+time.Second, false), ""},
		{"automatic message after a day", heard(day+time.Second, true), facebook.KeyHumanWindow},
		{"message within a week", heard(7*day, false), ""},
		{"message after a week", heard(7*day+time.Second, false), facebook.KeyWindow},
		{"message, nothing heard since", say(grievance.PrivateWay, message, "a"), facebook.KeyWindow},
		{"message to nobody known", say(grievance.PrivateWay, nobody, "a"), facebook.KeyUnreachable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := c.MaySend(tt.out)
			if tt.key == "" {
				if err != nil {
					t.Errorf("MaySend = %v", err)
				}
				return
			}
			if err == nil {
				t.Fatalf("allowed, want %s", tt.key)
			}
			if f := failure(t, err); f.Class != connector.Refused || f.Key != tt.key {
				t.Errorf("MaySend = %s %s, want %s", f.Class, f.Key, tt.key)
			}
		})
	}
	plain := newRig(t, func(s *facebook.Settings, _ *facebooktest.Options) { s.Page.HumanAgent = false })
	if err := plain.MaySend(heard(day+time.Second, false)); err == nil || failure(t, err).Key != facebook.KeyHumanWindow {
		t.Errorf("without the feature: %v", err)
	}
}

// There is one level of replies: an answer to a reply goes under the comment above it.
func TestAnswerToAReply(t *testing.T) {
	r := newRig(t)
	p := r.post("no water")
	c := r.comment(p.ID, "nor here")
	r.pass(time.Minute)
	reply := r.comment(c.ID, "nor there")
	start := r.clock()
	out := r.answer(r.arrived(reply.ID), grievance.PublicWay, "we come")
	sent, err := r.Send(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	thread := r.fb.Thread(p.ID)
	if last := thread[len(thread)-1]; last.ID != sent.ExternalID || last.ParentID != c.ID || !last.FromPage {
		t.Errorf("published %+v, want it under %s", last, c.ID)
	}
	found, err := r.Find(t.Context(), out, start)
	if err != nil || len(found) != 1 || found[0].ExternalID != sent.ExternalID {
		t.Errorf("Find = %+v, %v", found, err)
	}
	// Under the post itself we said nothing.
	top := r.answer(r.arrived(p.ID), grievance.PublicWay, "we come")
	if found, err := r.Find(t.Context(), top, start); err != nil || len(found) > 0 {
		t.Errorf("under the post: %+v, %v", found, err)
	}
	r.pass(time.Hour)
	if found, err := r.Find(t.Context(), out, r.clock()); err != nil || len(found) > 0 {
		t.Errorf("Find saw a reply from before: %v", err)
	}
}

func TestDuplicateAndGone(t *testing.T) {
	r := newRig(t)
	p := r.post("no water")
	out := r.answer(r.arrived(p.ID), grievance.PublicWay, "we come")
	if _, err := r.Send(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Send(t.Context(), out); failure(t, err).Class != connector.Duplicate {
		t.Errorf("again: %v, want duplicate", err)
	}
	if err := r.fb.Remove(p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Send(t.Context(), out); failure(t, err).Class != connector.Gone {
		t.Errorf("under a removed post: %v, want gone", err)
	}
}

func TestPrivateReplyOnce(t *testing.T) {
	r := newRig(t)
	p := r.post("no water")
	r.pass(time.Second)
	c := r.comment(p.ID, "my number is private")
	r.pass(time.Minute)
	start := r.clock()
	out := r.answer(r.arrived(c.ID), grievance.PrivateWay, "write to us here")
	// Facebook says that it did not take it: still no second try.
	r.fb.FailNext(facebooktest.Send, 1, facebooktest.Failure{Code: 2, Transient: true})
	if _, err := r.Send(t.Context(), out); failure(t, err).Class != connector.Doubtful {
		t.Errorf("%v, want doubtful", err)
	}
	if found, err := r.Find(t.Context(), out, start); err != nil || len(found) > 0 {
		t.Errorf("found what was not sent: %v", err)
	}
	r.fb.FailNext(facebooktest.Send, 1, facebooktest.Failure{Lose: true})
	if _, err := r.Send(t.Context(), out); failure(t, err).Class != connector.Doubtful {
		t.Errorf("%v, want doubtful", err)
	}
	if found, err := r.Find(t.Context(), out, start); err != nil || len(found) != 1 {
		t.Errorf("did not find what was sent: %v", err)
	}
	if _, err := r.Send(t.Context(), out); failure(t, err).Key != facebook.KeyPrivateOnce {
		t.Errorf("%v, want refused: once", err)
	}
	if n := r.fb.ReplyCounts()[c.ID]; n != 1 {
		t.Errorf("%d private replies, want 1", n)
	}
	late := r.answer(r.arrived(r.post("a post").ID), grievance.PrivateWay, "hello")
	r.pass(8 * 24 * time.Hour)
	if _, err := r.Send(t.Context(), late); failure(t, err).Key != facebook.KeyPrivateLate {
		t.Errorf("%v, want refused: late", err)
	}
	unknown := r.answer(grievance.Post{Form: grievance.Comment, ExternalID: c.ID}, grievance.PrivateWay, "x")
	if _, err := r.Find(t.Context(), unknown, start); err == nil {
		t.Error("looked for a message to nobody known")
	}
}

// The stand-in keeps the clocks; within a week an officer's tag opens them again.
func TestMessageWindows(t *testing.T) {
	r := newRig(t)
	m := r.message("is there news?")
	to := r.arrived(m.ID)
	send := func() error {
		_, err := r.Send(t.Context(), r.answer(to, grievance.PrivateWay, "not yet"))
		return err
	}
	for _, step := range []struct {
		pass time.Duration
		key  string
	}{{24 * time.Hour, ""}, {time.Hour, ""}, {5 * 24 * time.Hour, ""}, {24 * time.Hour, facebook.KeyWindow}} {
		r.pass(step.pass)
		err := send()
		switch {
		case step.key == "" && err != nil:
			t.Errorf("after %s: %v", r.clock().Sub(to.PostedAt), err)
		case step.key != "" && (err == nil || failure(t, err).Key != step.key):
			t.Errorf("after %s: %v, want %s", r.clock().Sub(to.PostedAt), err, step.key)
		}
	}
	if n := r.fb.ReplyCounts()[m.ID]; n != 3 {
		t.Errorf("%d messages went out, want 3", n)
	}
	none := newRig(t, func(_ *facebook.Settings, o *facebooktest.Options) { o.NoHumanAgent = true })
	to = none.arrived(none.message("hello").ID)
	none.pass(25 * time.Hour)
	_, err := none.Send(t.Context(), none.answer(to, grievance.PrivateWay, "late"))
	if failure(t, err).Class != connector.Forbidden {
		t.Errorf("without the feature: %v, want forbidden", err)
	}
}

// Whoever answers right away speaks before our call ends.
func TestHooks(t *testing.T) {
	r := newRig(t)
	p, m := r.post("no water"), r.message("hello")
	r.fb.OnReply(func(reply facebooktest.Post) {
		r.must(r.fb.Comment(reply.ID, citizen, "thanks", facebooktest.Draft{}))
	})
	r.fb.OnMessage(func(facebooktest.Post) { r.message("thanks") })
	for _, out := range []connector.Outgoing{
		r.answer(r.arrived(p.ID), grievance.PublicWay, "done"), r.answer(r.arrived(m.ID), grievance.PrivateWay, "done"),
	} {
		if _, err := r.Send(t.Context(), out); err != nil {
			t.Fatal(err)
		}
	}
	for _, thread := range []string{p.ThreadID, m.ThreadID} {
		if said := r.fb.Thread(thread); len(said) != 3 || said[2].Text != "thanks" {
			t.Errorf("thread = %+v", said)
		}
	}
}
