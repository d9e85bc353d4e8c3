package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// sorted stores a post and moves it to a stage.
func sorted(t *testing.T, s *store.Store, account int, key string, to grievance.Sorted, change func(*grievance.StoredPost)) grievance.ID {
	t.Helper()
	r := keep(t, s, account, post(key, "words of "+key))
	tx(t, s, func(tx *store.Tx) error {
		p, err := tx.Post(t.Context(), r.ID)
		if err != nil {
			return err
		}
		p.Sorted = to
		change(p)
		return tx.SaveSorting(t.Context(), p, "", noon.Add(time.Hour))
	})
	return r.ID
}

func TestTheSortingQueueShowsDangerFirst(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	account := addAccount(t, s)
	urgency := func(u grievance.Urgency) func(*grievance.StoredPost) {
		return func(p *grievance.StoredPost) { p.Urgency = u }
	}
	want := []grievance.ID{0, 0, 0, 0, 0}
	for i, x := range []struct {
		place int
		u     grievance.Urgency
		stage grievance.Sorted
	}{{3, grievance.Ordinary, grievance.SortAsk}, {1, grievance.Urgent, grievance.SortAsk}, {0, grievance.Danger, grievance.SortAsk}, {2, grievance.Urgent, grievance.SortFailed}, {4, "", grievance.SortAsk}} {
		want[x.place] = sorted(t, s, account, fmt.Sprint(i), x.stage, urgency(x.u))
	}
	sorted(t, s, account, "kept", grievance.SortKept, urgency(grievance.Danger))
	view(t, s, func(tx *store.Tx) error {
		var got []grievance.ID
		var after store.QueueAfter
		for {
			page, err := tx.SortingQueue(t.Context(), grievance.Scope{}, after, 2)
			if err != nil {
				return err
			}
			for _, p := range page {
				got = append(got, p.ID)
				after = store.QueueAfter{Weight: p.Urgency.Weight(), ReceivedAt: p.ReceivedAt, ID: p.ID}
			}
			if len(page) < 2 {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("queue = %v, want %v", got, want)
		}
		all, danger, err := tx.WaitingPosts(t.Context(), grievance.Scope{})
		if all != 5 || danger != 1 {
			t.Errorf("waiting: %d, of danger %d", all, danger)
		}
		return err
	})
}

// Two clerks open the same post at once: one case comes of it.
func TestAPostJoinsOneCase(t *testing.T) {
	t.Parallel()
	address := storetest.Address(t)
	stores := []*store.Store{storetest.Open(t, address, false), storetest.Open(t, address, false)}
	account := addAccount(t, stores[0])
	for round := range 10 {
		id := keep(t, stores[0], account, post(fmt.Sprint(round), "no water")).ID
		var wg sync.WaitGroup
		var opened sync.Map
		start := make(chan struct{})
		for w, s := range stores {
			wg.Go(func() {
				<-start
				err := s.Tx(t.Context(), func(tx *store.Tx) error {
					opened.Delete(w)
					p, err := tx.Post(t.Context(), id)
					if err != nil || p.CaseID != 0 {
						return err
					}
					c := &grievance.Case{ID: tx.NewID(noon), Number: fmt.Sprintf("GRV-%d-%d", round, w), State: grievance.Received, OfficeID: 1}
					if err := errors.Join(tx.InsertCase(t.Context(), c), tx.Record(t.Context(), grievance.System, grievance.Opened, c, "", nil, "", noon)); err != nil {
						return err
					}
					p.Sorted, p.CaseID = grievance.SortCase, c.ID
					opened.Store(w, c.ID)
					return tx.SaveSorting(t.Context(), p, "", noon)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		wg.Wait()
		n := 0
		opened.Range(func(_, _ any) bool { n++; return true })
		if n != 1 {
			t.Fatalf("%d cases of one post", n)
		}
	}
	var cases int
	view(t, stores[0], func(tx *store.Tx) error {
		return tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM cases`).Scan(&cases)
	})
	if cases != 10 {
		t.Errorf("%d cases of 10 posts", cases)
	}
	checkSound(t, stores[0])
}

func TestACopyIsFoundByAuthorAndWords(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	account := addAccount(t, s)
	c := addCase(t, s, grievance.Case{OfficeID: 1})
	first := sorted(t, s, account, "1", grievance.SortCase, func(p *grievance.StoredPost) { p.CaseID = c.ID })
	tx(t, s, func(tx *store.Tx) error { return tx.SetVerbatim(t.Context(), first, "key") })
	again := keep(t, s, account, post("2", "words of 1"))
	view(t, s, func(tx *store.Tx) error {
		p, err := tx.Post(t.Context(), again.ID)
		if err != nil {
			return err
		}
		got, err := tx.EarlierCopy(t.Context(), p.Author.ID, "key", p.ID)
		if err != nil || got.PostID != first || got.CaseID != c.ID || !got.CaseOpen {
			t.Errorf("copy = %+v, %v", got, err)
		}
		for _, miss := range []struct {
			author grievance.ID
			key    string
		}{{p.Author.ID, "other"}, {p.Author.ID + 1, "key"}, {p.Author.ID, ""}, {0, "key"}} {
			if _, err := tx.EarlierCopy(t.Context(), miss.author, miss.key, p.ID); !errors.Is(err, grievance.ErrNotFound) {
				t.Errorf("copy by %+v: %v, want not found", miss, err)
			}
		}
		return nil
	})
}

func TestTheCaseOfAThread(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	account := addAccount(t, s)
	older, newer := addCase(t, s, grievance.Case{OfficeID: 1}), addCase(t, s, grievance.Case{OfficeID: 1})
	inThread := func(c *grievance.Case) func(*grievance.StoredPost) {
		return func(p *grievance.StoredPost) { p.CaseID = c.ID }
	}
	one := post("1", "mine")
	one.Post.ThreadID = "thread"
	two := post("2", "the neighbour's")
	two.Post.ThreadID, two.Post.Author.ExternalID = "thread", "a2"
	keepAll(t, s, account, []store.Incoming{one, two})
	sorted(t, s, account, "1", grievance.SortCase, inThread(older))
	sorted(t, s, account, "2", grievance.SortCase, inThread(newer))
	tx(t, s, func(tx *store.Tx) error {
		p, err := tx.PostByExternal(t.Context(), grievance.X, "1")
		if err != nil {
			return err
		}
		if err := tx.InsertComplainant(t.Context(), &grievance.Complainant{ID: tx.NewID(noon), CaseID: older.ID, Author: p.Author, PostID: p.ID, AccountID: account}); err != nil {
			return err
		}
		if err := tx.InsertReply(t.Context(), &grievance.Reply{ID: tx.NewID(noon), CaseID: newer.ID, AccountID: account, State: grievance.ReplyPublished, ExternalID: "ours", MessageID: "<m@test>"}, ""); err != nil {
			return err
		}
		for _, tt := range []struct {
			name, thread, parent string
			author               grievance.ID
			want                 grievance.ID
		}{
			{"the complainant's own case", "thread", "", p.Author.ID, older.ID},
			{"a stranger's: the newest", "thread", "", 77, newer.ID},
			{"what answers a post", "elsewhere", "1", 77, older.ID},
			{"what answers us", "elsewhere", "ours", p.Author.ID, newer.ID},
			{"nothing known", "elsewhere", "9", 77, 0},
		} {
			got, err := tx.CaseByThread(t.Context(), grievance.X, tt.thread, tt.parent, tt.author)
			if got != tt.want || (err != nil) != (tt.want == 0) {
				t.Errorf("%s: %s, %v; want %s", tt.name, got, err, tt.want)
			}
		}
		threads, err := tx.OpenThreads(t.Context(), account, 10)
		if !slices.Equal(threads, []string{"thread"}) {
			t.Errorf("open threads: %v", threads)
		}
		if c, err := tx.CaseByMessageID(t.Context(), "<m@test>"); err != nil || c != newer.ID {
			t.Errorf("by Message-ID: %s, %v", c, err)
		}
		return err
	})
}
