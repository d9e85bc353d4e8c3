package store_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

func post(key, text string) store.Incoming {
	return store.Incoming{What: "new", Post: grievance.Post{Channel: grievance.X, ExternalID: key, DedupKey: key, ThreadID: "t" + key, Form: grievance.Mention, Public: true,
		Direction: grievance.In, Author: grievance.Author{ExternalID: "a1", Handle: "asha", Name: "Asha"}, Text: text, FullText: text, PostedAt: noon, Raw: []byte(text)}}
}

func edit(key, text string, earlier ...string) store.Incoming {
	it := post(key, text)
	it.What, it.Post.Edits = "edited", earlier
	return it
}

func gone(key string) store.Incoming {
	return store.Incoming{What: "gone", Post: grievance.Post{Channel: grievance.X, ExternalID: key, DedupKey: key}, At: noon.Add(time.Hour)}
}

// picture is what must not depend on the order of deliveries.
type picture struct {
	posts, keys, versions int
	text                  string
	gone                  bool
}

// pictureOf looks at the post whose keys begin with prefix.
func pictureOf(t *testing.T, s *store.Store, prefix string) (p picture) {
	t.Helper()
	view(t, s, func(tx *store.Tx) error {
		return tx.QueryRowContext(t.Context(), `SELECT COUNT(DISTINCT k.post_id), COUNT(*), (SELECT COUNT(*) FROM post_versions v WHERE v.post_id = MAX(k.post_id)), MAX(p.text), MAX(p.gone_at) > 0
			FROM post_keys k JOIN posts p ON p.id = k.post_id WHERE k.dedup_key LIKE $1`, prefix+"%").Scan(&p.posts, &p.keys, &p.versions, &p.text, &p.gone)
	})
	return p
}

// One post with two edits and its deletion, in every order, one by one and at once.
func TestAnyOrderGivesOnePost(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	account := addAccount(t, s)
	want := picture{posts: 1, keys: 3, versions: 2, text: "no water here since May", gone: true}
	for _, order := range permutations(4) {
		for _, way := range []string{"one by one", "in one batch", "by threes"} {
			prefix := fmt.Sprint(way, order)
			events := []store.Incoming{post(prefix+"1", "no water"), edit(prefix+"2", "no water here", prefix+"1"), edit(prefix+"3", "no water here since May", prefix+"1", prefix+"2"), gone(prefix + "3")}
			var all []store.Incoming
			for _, i := range append(order, order...) { // and everything twice
				all = append(all, events[i])
			}
			size := map[string]int{"one by one": 1, "in one batch": 8, "by threes": 3}[way]
			for batch := range slices.Chunk(all, size) {
				keepAll(t, s, account, batch)
			}
			if got := pictureOf(t, s, prefix); got != want {
				t.Errorf("%s: %+v, want %+v", prefix, got, want)
			}
		}
	}
	checkSound(t, s)
}

func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var all [][]int
	for _, p := range permutations(n - 1) {
		for i := range n {
			all = append(all, slices.Insert(slices.Clone(p), i, n-1))
		}
	}
	return all
}

// Two processes bring the same posts, edits and deletions at once, each in its own order.
func TestManyBringTheSamePosts(t *testing.T) {
	t.Parallel()
	address := storetest.Address(t)
	stores := []*store.Store{storetest.Open(t, address, false), storetest.Open(t, address, false)}
	account := addAccount(t, stores[0])
	const posts = 30
	var events []store.Incoming
	for i := range posts {
		k1, k2 := fmt.Sprintf("%02d-1", i), fmt.Sprintf("%02d-2", i)
		events = append(events, post(k1, "first "+k1), edit(k2, "second "+k2, k1))
		if i%3 == 0 {
			events = append(events, gone(k2))
		}
	}
	var wg sync.WaitGroup
	for worker := range 6 {
		wg.Go(func() {
			mine := slices.Clone(events)
			rand.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
			for batch := range slices.Chunk(mine, 7+worker*9) {
				if err := stores[worker%2].Tx(t.Context(), func(tx *store.Tx) error {
					_, err := tx.StorePosts(t.Context(), account, batch, noon)
					return err
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	var n, keys, second, deleted, sightings int
	view(t, stores[0], func(tx *store.Tx) error {
		return tx.QueryRowContext(t.Context(), `SELECT (SELECT COUNT(*) FROM posts), (SELECT COUNT(*) FROM post_keys), (SELECT COUNT(*) FROM posts WHERE text LIKE 'second%'),
			(SELECT COUNT(*) FROM posts WHERE gone_at <> 0), (SELECT COUNT(*) FROM sightings)`).Scan(&n, &keys, &second, &deleted, &sightings)
	})
	if n != posts || keys != 2*posts || second != posts || deleted != posts/3 || sightings != posts {
		t.Errorf("%d posts, %d keys, %d of the newest text, %d gone, %d sightings; want %d, %d, %d, %d, %d", n, keys, second, deleted, sightings, posts, 2*posts, posts, posts/3, posts)
	}
	checkSound(t, stores[0])
}

func TestResultsOfStoring(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	account := addAccount(t, s)
	other := edit("1", "changed under the same key")
	other.At = noon.Add(time.Minute)
	stale := edit("1", "an older change")
	stale.At = noon.Add(time.Second)
	for _, step := range []struct {
		it   store.Incoming
		want string
	}{
		{post("1", "broken road"), store.Stored},
		{post("1", "broken road"), store.Duplicate},
		{other, store.Edited},
		{other, store.Duplicate},
		{stale, store.Duplicate},
		{post("1", "broken road"), store.Duplicate},
		{edit("2", "a later key", "1"), store.Edited},
		{edit("9", "an edit of a post that never came", "8"), store.Stored},
		{post("8", "which comes now"), store.Duplicate},
		{store.Incoming{What: "counted", Post: grievance.Post{Channel: grievance.X, DedupKey: "1"}}, store.Duplicate},
		{store.Incoming{What: "counted", Post: grievance.Post{Channel: grievance.X, DedupKey: "77"}}, store.Unknown},
		{gone("2"), store.Gone},
		{gone("78"), store.Unknown},
		{post("78", "deleted before it came"), store.Stored},
	} {
		if got := keep(t, s, account, step.it); got.Result != step.want {
			t.Errorf("%s %s %q: %s, want %s", step.it.What, step.it.Post.DedupKey, step.it.Post.Text, got.Result, step.want)
		}
	}
	view(t, s, func(tx *store.Tx) error {
		p, err := tx.PostByExternal(t.Context(), grievance.X, "2")
		if err != nil {
			return err
		}
		if p.Text != "a later key" || p.GoneAt.IsZero() || p.Version != 3 {
			t.Errorf("post = %q, version %d, gone %s", p.Text, p.Version, p.GoneAt)
		}
		old, err := tx.PostVersions(t.Context(), p.ID)
		if len(old) != 2 || old[0].Text != "broken road" || old[1].Text != "changed under the same key" {
			t.Errorf("versions = %+v", old)
		}
		if err != nil {
			return err
		}
		p, err = tx.PostByExternal(t.Context(), grievance.X, "78")
		if err == nil && p.GoneAt.IsZero() {
			t.Error("a post that came after its deletion counts as there")
		}
		return err
	})
	checkSound(t, s)
}

func TestTheSamePostAtTwoAccounts(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	small := storetest.Organisation(t, s)
	second := addAccount(t, s)
	first := keep(t, s, small.Accounts[grievance.X], post("1", "to both"))
	again := keep(t, s, second, post("1", "to both"))
	if again.ID != first.ID || again.Result != store.Duplicate {
		t.Errorf("at the other account: %+v, want a duplicate of %s", again, first.ID)
	}
	view(t, s, func(tx *store.Tx) error {
		p, err := tx.Post(t.Context(), first.ID)
		if err == nil && !slices.Equal(p.Accounts, []int{small.Accounts[grievance.X], second}) {
			t.Errorf("seen by %v", p.Accounts)
		}
		return err
	})
	checkSound(t, s)
}

func TestNamelessAuthorsAreNotOne(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	account := addAccount(t, s)
	var ids []grievance.ID
	for _, key := range []string{"1", "2"} {
		it := post(key, "who am I")
		it.Post.Author = grievance.Author{}
		r := keep(t, s, account, it)
		view(t, s, func(tx *store.Tx) error {
			p, err := tx.Post(t.Context(), r.ID)
			if err == nil && p.Author.ExternalID != "" {
				t.Errorf("the service's id is %q", p.Author.ExternalID)
			}
			if err == nil {
				ids = append(ids, p.Author.ID)
			}
			return err
		})
	}
	if ids[0] == 0 || ids[0] == ids[1] {
		t.Errorf("authors %v: want two", ids)
	}
}

func TestAnAuthorKeepsWhatADeliveryLeavesOut(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	account := addAccount(t, s)
	keep(t, s, account, post("1", "named"))
	bare := post("2", "unnamed")
	bare.Post.Author = grievance.Author{ExternalID: "a1", Handle: "asha_new"}
	r := keep(t, s, account, bare)
	view(t, s, func(tx *store.Tx) error {
		p, err := tx.Post(t.Context(), r.ID)
		if err == nil && (p.Author.Name != "Asha" || p.Author.Handle != "asha_new") {
			t.Errorf("author = %+v", p.Author)
		}
		return err
	})
}

func TestAllFactsOfAPostComeBack(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	account := addAccount(t, s)
	it := post("1", "सड़क टूटी है")
	it.Imported = true
	p := &it.Post
	p.Title, p.Lang, p.ParentID, p.URL = "Re: सड़क", "hi", "0", "https://x.test/1"
	p.Media = []grievance.Media{{Kind: "photo", URL: "https://x.test/p", Alt: "गड्ढा"}}
	p.Place, p.Mentions, p.Quotes, p.Retweet = grievance.Point{Name: "Hisar", Lat: 29.1}, []string{"9001"}, "5", true
	p.Mail = &grievance.MailFacts{MessageID: "<1@test>", References: []string{"<0@test>"}, Automatic: true}
	r := keep(t, s, account, it)
	view(t, s, func(tx *store.Tx) error {
		got, err := tx.Post(t.Context(), r.ID)
		if err != nil {
			return err
		}
		p.ID, p.Author.ID, p.Raw = r.ID, got.Author.ID, nil
		if !reflect.DeepEqual(got.Post, *p) {
			t.Errorf("post = %+v, want %+v", got.Post, *p)
		}
		if !got.Imported || got.Sorted != grievance.SortNew || !got.ReceivedAt.Equal(noon) {
			t.Errorf("stored as %+v", got)
		}
		raw, err := tx.PostRaw(t.Context(), r.ID)
		if string(raw) != "सड़क टूटी है" {
			t.Errorf("raw = %q", raw)
		}
		return err
	})
}

func BenchmarkStorePosts(b *testing.B) {
	s := storetest.New(b)
	small := storetest.Organisation(b, s)
	text := strings.Repeat("बिजली नहीं आ रही ", 12)
	for n := 0; b.Loop(); n++ {
		batch := make([]store.Incoming, 100)
		for i := range batch {
			batch[i] = post(fmt.Sprintf("%d-%d", n, i), text)
			batch[i].Post.Author.ExternalID = fmt.Sprint("a", (n*100+i)%5000)
		}
		if err := s.Tx(b.Context(), func(tx *store.Tx) error {
			_, err := tx.StorePosts(b.Context(), small.Accounts[grievance.X], batch, noon)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(100*b.N)/b.Elapsed().Seconds(), "posts/s")
}
