package facebook_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/facebook/facebooktest"
	"nivaran/internal/grievance"
)

func TestSources(t *testing.T) {
	r := newRig(t)
	var got []string
	for _, src := range r.Sources([]string{"100200300_5", "user:70001", "odd_thread", "", "8_"}) {
		got = append(got, src.Name())
	}
	want := []string{"feed", "tagged", "conversations", "comments:100200300_5"}
	if !slices.Equal(got, want) {
		t.Errorf("sources = %v, want %v", got, want)
	}
}

// Comments under old posts make those come again in the feed, with what is new of them.
func TestFeedBringsComments(t *testing.T) {
	r := newRig(t)
	p := r.post("no water")
	quiet := r.post("street light")
	r.pass(time.Minute)
	var said []string
	for i := range 130 {
		r.pass(time.Second)
		said = append(said, r.comment(p.ID, fmt.Sprintf("comment %d", i)).ID)
	}
	items, _ := r.round(source("feed"), "")
	for _, id := range said {
		if it := find(t, items, id); it.Post.ThreadID != p.ID || it.Post.ParentID != p.ID || it.Post.Form != grievance.Comment {
			t.Fatalf("comment = %+v", it.Post)
		}
	}
	if calls := r.fb.Calls(facebooktest.Comments); calls != 2 {
		t.Errorf("%d calls for comments, want two pages of the one post that changed", calls)
	}
	r.pass(3 * time.Hour)
	reply := r.comment(said[0], "still none")
	items, _ = r.round(source("feed"), r.ago(time.Hour))
	if it := find(t, items, reply.ID); it.Post.ParentID != said[0] || it.Post.ThreadID != p.ID {
		t.Errorf("reply = %+v", it.Post)
	}
	if has(items, quiet.ID) || has(items, said[0]) {
		t.Error("what is old and did not change came again")
	}
}

// ago is a cursor from that long ago.
func (r *rig) ago(d time.Duration) string { return fmt.Sprint(r.clock().Add(-d).Unix()) }

func TestPollReadsAnHourBack(t *testing.T) {
	r := newRig(t)
	r.pass(2 * time.Hour)
	r.post("first")
	_, cursor := r.round(source("feed"), "")
	late := r.must(r.fb.VisitorPost(r.page.ID, citizen, "came late into the list", facebooktest.Draft{At: r.clock().Add(-59 * time.Minute)}))
	items, again := r.round(source("feed"), cursor)
	find(t, items, late.ID)
	if again != cursor {
		t.Errorf("the cursor went to %s from %s", again, cursor)
	}
	early := r.must(r.fb.VisitorPost(r.page.ID, citizen, "too late", facebooktest.Draft{At: r.clock().Add(-61 * time.Minute)}))
	if items, _ := r.round(source("feed"), cursor); has(items, early.ID) {
		t.Error("the poll read further back than an hour")
	}
}

// What changes while a round runs belongs to the next: the cursor stays before it.
func TestCursorStopsWhereTheRoundBegan(t *testing.T) {
	r := newRig(t)
	for i := range 101 {
		r.post(fmt.Sprint("post ", i))
	}
	began := r.clock()
	b, err := r.Fetch(t.Context(), source("feed"), "")
	if err != nil || b.Done {
		t.Fatalf("done %v, %v; want a second page", b.Done, err)
	}
	r.pass(time.Hour)
	if err := r.fb.Edit(r.fb.Thread(b.Items[0].Post.ThreadID)[0].ID, "edited"); err != nil {
		t.Fatal(err)
	}
	src := source("feed")
	src.Page = b.NextPage
	for !b.Done {
		if b, err = r.Fetch(t.Context(), src, ""); err != nil {
			t.Fatal(err)
		}
		src.Page = b.NextPage
	}
	if b.Cursor != fmt.Sprint(began.Unix()) {
		t.Errorf("cursor = %s, want %d", b.Cursor, began.Unix())
	}
}

func TestEmptyRoundKeepsTheCursor(t *testing.T) {
	r := newRig(t)
	for _, kind := range []string{"feed", "tagged", "conversations"} {
		if items, cursor := r.round(source(kind), ""); len(items) != 0 || cursor != "" {
			t.Errorf("%s, nothing said: %d items, cursor %q", kind, len(items), cursor)
		}
		if _, cursor := r.round(source(kind), "1793000000"); cursor != "1793000000" {
			t.Errorf("%s: cursor = %q", kind, cursor)
		}
	}
}

func TestOwnWordsGoOut(t *testing.T) {
	r := newRig(t)
	own := r.must(r.fb.VisitorPost(r.page.ID, r.page.Name, "Camp on Monday", facebooktest.Draft{}))
	p := r.post("hello")
	items, _ := r.round(source("feed"), "")
	if got := find(t, items, own.ID).Post.Direction; got != grievance.Out {
		t.Errorf("our own post = %s", got)
	}
	if got := find(t, items, p.ID).Post; got.Direction != grievance.In || got.Author.Name != citizen || got.Author.ExternalID != r.fb.ScopedID(r.page.ID, citizen) {
		t.Errorf("a citizen's post = %+v", got)
	}
}

// On a citizen's wall Facebook withholds who wrote.
func TestTaggedHasNoAuthor(t *testing.T) {
	r := newRig(t)
	tagged := r.must(r.fb.OwnPost(citizen, "CM Office, the road is broken", facebooktest.Draft{Tags: []string{r.page.ID}, Photos: []string{"https://cdn.example/road.jpg"}}))
	r.must(r.fb.OwnPost(citizen, "names nobody", facebooktest.Draft{}))
	answer := r.must(r.fb.Comment(tagged.ID, "Sita", "here too", facebooktest.Draft{At: r.clock().Add(time.Minute)}))
	items, cursor := r.round(source("tagged"), "")
	p := find(t, items, tagged.ID).Post
	if p.Author != (grievance.Author{}) || p.Form != grievance.Mention || p.Direction != grievance.In || len(p.Media) != 1 {
		t.Errorf("tagged = %+v", p)
	}
	find(t, items, answer.ID)
	if len(items) != 2 || cursor == "" {
		t.Errorf("%d items, cursor %q", len(items), cursor)
	}
}

func TestOpenThreads(t *testing.T) {
	r := newRig(t)
	p := r.post("no water")
	c := r.comment(p.ID, "me too")
	src := connector.Source{Kind: "comments", Key: p.ID}
	items, _ := r.round(src, "")
	find(t, items, c.ID)
	r.pass(3 * time.Hour)
	later := r.comment(c.ID, "now it came")
	cursor := r.ago(time.Hour)
	items, _ = r.round(src, cursor)
	if find(t, items, later.ID); has(items, c.ID) {
		t.Error("an old comment came again")
	}
	if err := r.fb.Remove(p.ID); err != nil {
		t.Fatal(err)
	}
	items, again := r.round(src, cursor)
	if it := find(t, items, p.ID); it.What != connector.ItemGone || it.Post.DedupKey != r.page.ID+":"+p.ID || again != cursor {
		t.Errorf("a removed post = %+v, cursor %s", it, again)
	}
}

// One wall that the page may not read must not stop the others.
func TestForbiddenThread(t *testing.T) {
	r := newRig(t)
	for _, tt := range []struct {
		key  string
		stop bool
	}{{"55_66", false}, {r.page.ID + "_66", true}} {
		r.fb.FailNext(facebooktest.Comments, 1, facebooktest.Failure{Code: 10})
		_, err := r.Fetch(t.Context(), connector.Source{Kind: "comments", Key: tt.key}, "")
		if stopped := err != nil; stopped != tt.stop {
			t.Errorf("%s: %v", tt.key, err)
		}
	}
}

func TestConversations(t *testing.T) {
	r := newRig(t)
	var said []string
	for i := range 60 {
		r.pass(time.Second)
		said = append(said, r.message(fmt.Sprint("line ", i)).ID)
	}
	other := r.must(r.fb.Message(r.page.ID, "Sita", "hello", facebooktest.Draft{Photos: []string{"https://cdn.example/a.jpg"}}))
	echo := r.must(r.fb.Echo(r.page.ID, "Sita", "we look into it"))
	items, _ := r.round(source("conversations"), "")
	thread := "user:" + r.fb.ScopedID(r.page.ID, citizen)
	for _, id := range said {
		if p := find(t, items, id).Post; p.ThreadID != thread || p.Form != grievance.Message || p.Public || p.Direction != grievance.In {
			t.Fatalf("message = %+v", p)
		}
	}
	if p := find(t, items, other.ID).Post; len(p.Media) != 1 || p.Media[0].Kind != "photo" {
		t.Errorf("with a picture = %+v", p)
	}
	if p := find(t, items, echo.ID).Post; p.Direction != grievance.Out || p.ThreadID != "user:"+r.fb.ScopedID(r.page.ID, "Sita") {
		t.Errorf("echo = %+v", p)
	}
	r.pass(3 * time.Hour)
	last := r.message("and now")
	items, _ = r.round(source("conversations"), r.ago(time.Hour))
	if find(t, items, last.ID); len(items) != 1 {
		t.Errorf("%d messages after the cursor, want 1", len(items))
	}
}

func TestFetchRefuses(t *testing.T) {
	r := newRig(t)
	if _, err := r.Fetch(t.Context(), source("stories"), ""); err == nil {
		t.Error("an unknown source was read")
	}
	src := source("feed")
	src.Page = "{"
	if _, err := r.Fetch(t.Context(), src, ""); err == nil {
		t.Error("a page that is none was read")
	}
	r.fb.FailNext(facebooktest.Feed, 1, facebooktest.Failure{Code: 100, Subcode: 33})
	if _, err := r.Fetch(t.Context(), source("feed"), ""); failure(t, err).Class != connector.Forbidden {
		t.Errorf("the page itself is gone: %v, want forbidden", err)
	}
}

func TestCheck(t *testing.T) {
	r := newRig(t)
	post, m := r.post("post"), r.message("message")
	c := r.comment(post.ID, "comment")
	gone := r.comment(post.ID, "soon gone")
	tagged := r.must(r.fb.OwnPost(citizen, "tagged", facebooktest.Draft{Tags: []string{r.page.ID}}))
	ids := []string{post.ID, c.ID, gone.ID, tagged.ID, m.ID, "mail@example"}
	for _, p := range []facebooktest.Post{post, c, tagged} {
		if err := r.fb.Edit(p.ID, p.Text+" edited"); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.fb.Remove(gone.ID); err != nil {
		t.Fatal(err)
	}
	b, err := r.Check(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []facebooktest.Post{post, c, tagged, m} {
		it := find(t, b.Items, p.ID)
		if it.What != connector.ItemEdited || !strings.HasPrefix(it.Post.Text, p.Text) || p.Kind != facebooktest.KindMessage && it.Post.Text != p.Text+" edited" {
			t.Errorf("%s = %+v", p.Text, it)
		}
	}
	if p := find(t, b.Items, c.ID).Post; p.ThreadID != post.ID || p.ParentID != post.ID {
		t.Errorf("comment = %+v", p)
	}
	if it := find(t, b.Items, gone.ID); it.What != connector.ItemGone || it.Post.DedupKey != r.page.ID+":"+gone.ID {
		t.Errorf("gone = %+v", it)
	}
	if len(b.Items) != 5 || !b.Done {
		t.Errorf("%d items, done %v", len(b.Items), b.Done)
	}
	r.fb.FailNext(facebooktest.Objects, 1, facebooktest.Failure{Code: 2})
	if _, err := r.Check(t.Context(), ids); failure(t, err).Class != connector.Temporary {
		t.Errorf("%v, want temporary", err)
	}
}
