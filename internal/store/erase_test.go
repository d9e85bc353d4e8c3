package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// planted stands in the citizen's words and must stand nowhere after they are erased.
const planted = "kothinumbersattasi"

func TestErasureBlanksEveryCopy(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	account := addAccount(t, s)
	words := "hamare ghar " + planted + " ke samne nali tooti hai, " + strings.ToUpper(planted)
	first := post("1", words)
	p := &first.Post
	p.Title, p.URL, p.Raw = "nali "+planted, "https://x.test/"+planted, []byte(`{"text":"`+words+`"}`)
	p.Media = []grievance.Media{{Kind: "photo", Alt: planted, Name: planted + ".jpg"}}
	p.Mail = &grievance.MailFacts{HTML: "<p>" + words + "</p>"}
	r := keep(t, s, account, first)
	keep(t, s, account, edit("2", words+" ab tak", "1"))
	other := keep(t, s, account, post("3", "the neighbour's words stay as they are"))

	c := addCase(t, s, grievance.Case{OfficeID: 1, Title: p.Title, Excerpt: grievance.Excerpt(words, 40), Channel: grievance.X})
	var queued, published, report grievance.ID
	tx(t, s, func(tx *store.Tx) error {
		ctx := t.Context()
		for _, id := range []grievance.ID{r.ID, other.ID} {
			sp, err := tx.Post(ctx, id)
			if err != nil {
				return err
			}
			sp.Sorted, sp.CaseID = grievance.SortCase, c.ID
			sp.Verdict.Reasons = []grievance.Reason{{Words: sp.Text, Says: "subject"}}
			if err := tx.SaveSorting(ctx, sp, "", noon); err != nil {
				return err
			}
			if err := tx.SetVerbatim(ctx, id, sp.Text); err != nil {
				return err
			}
		}
		if err := tx.Attach(ctx, "post", r.ID, c.ID, []grievance.File{{Hash: "f1", Name: planted + ".jpg", Type: "image/jpeg", Size: 1}}, noon); err != nil {
			return err
		}
		if err := tx.Attach(ctx, "report", 7, c.ID, []grievance.File{{Hash: "f2", Name: "photo.jpg", Type: "image/jpeg", Size: 1}}, noon); err != nil {
			return err
		}
		if err := tx.IndexCase(ctx, c, strings.Fields("hamare ghar "+planted+" nali")); err != nil {
			return err
		}
		for _, text := range []string{words, "He writes: hamare ghar " + planted + " ke samne nali.", "Called him; will come on Monday."} {
			if err := tx.Record(ctx, grievance.System, grievance.Noted, c, c.State, nil, text, noon); err != nil {
				return err
			}
		}
		reply := func(state grievance.ReplyState) (grievance.ID, error) {
			rp := &grievance.Reply{ID: tx.NewID(noon), CaseID: c.ID, AccountID: account, Way: grievance.PublicWay, Kind: grievance.Interim, State: state,
				Title: "Re: nali " + planted, Text: "You wrote: \"" + words + "\". We are on it.", CreatedAt: noon}
			return rp.ID, tx.InsertReply(ctx, rp, "")
		}
		var err error
		if queued, err = reply(grievance.ReplyQueued); err != nil {
			return err
		}
		if published, err = reply(grievance.ReplyPublished); err != nil {
			return err
		}
		report = tx.NewID(noon)
		if err := tx.InsertReport(ctx, &grievance.Report{ID: report, CaseID: c.ID, AuthorID: 5, WrittenAt: noon, DoneAt: noon, State: grievance.ReportAwaiting,
			Text: "The drain at hamare ghar " + planted + " ke samne was mended."}); err != nil {
			return err
		}
		d, err := tx.SaveDelivery(ctx, grievance.X, []byte(`{"id":"2","text":"`+words+`"`), noon)
		if err != nil {
			return err
		}
		return tx.MarkDelivery(ctx, d, store.DeliveryUnreadable, "cut off")
	})
	if len(tablesWith(t, s, planted)) < 8 {
		t.Fatalf("the word was planted in %v only", tablesWith(t, s, planted))
	}

	tx(t, s, func(tx *store.Tx) error {
		cases, err := tx.ErasePosts(t.Context(), []grievance.ID{r.ID}, noon.Add(time.Hour))
		if err != nil {
			return err
		}
		if len(cases) != 1 || cases[0] != c.ID {
			t.Errorf("cases touched: %v, want %s", cases, c.ID)
		}
		return tx.Record(t.Context(), grievance.System, grievance.Erased, c, c.State, map[string]any{"texts": tx.ErasedTexts(c.ID)}, "", noon)
	})
	if left := tablesWith(t, s, planted); len(left) > 0 {
		t.Errorf("the word still stands in %v", left)
	}
	checkSound(t, s) // the chain holds, the counters too
	view(t, s, func(tx *store.Tx) error {
		ctx := t.Context()
		for id, want := range map[grievance.ID]grievance.ReplyState{queued: grievance.ReplyCancelled, published: grievance.ReplyPublished} {
			rp, err := tx.Reply(ctx, id)
			if err != nil {
				return err
			}
			if rp.State != want || !strings.Contains(rp.Text, "We are on it.") {
				t.Errorf("reply is %s: %q; want %s with the office's own words", rp.State, rp.Text, want)
			}
		}
		history, err := tx.History(ctx, c.ID)
		if err != nil {
			return err
		}
		if len(history) != 5 || history[3].Text != "Called him; will come on Monday." {
			t.Errorf("the office's own note is not as it was: %+v", history)
		}
		o, err := tx.Post(ctx, other.ID)
		if err == nil && o.Text == "" {
			t.Error("another post lost its words")
		}
		files, err := tx.FilesToDelete(ctx, noon.Add(time.Hour))
		if len(files) != 1 || files[0] != "f1" {
			t.Errorf("files to delete: %v, want the post's only", files)
		}
		return err
	})
	for _, it := range []store.Incoming{first, edit("2", words, "1"), edit("4", words, "1", "2"), gone("2")} {
		if got := keep(t, s, account, it); got.Result != store.Erased {
			t.Errorf("%s %s again: %s, want erased", it.What, it.Post.DedupKey, got.Result)
		}
	}
	if left := tablesWith(t, s, planted); len(left) > 0 {
		t.Errorf("it came back in %v", left)
	}
}

func TestAnUnsortedPostIsErasedFromTheQueue(t *testing.T) {
	t.Parallel()
	address, journal := storetest.Address(t), t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Address: address, Journal: journal})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	account := addAccount(t, s)
	r := keep(t, s, account, post("1", "please call me at home"))
	tx(t, s, func(tx *store.Tx) error {
		_, err := tx.ErasePosts(t.Context(), []grievance.ID{r.ID}, noon)
		return err
	})
	view(t, s, func(tx *store.Tx) error {
		ids, err := tx.UnsortedPosts(t.Context(), noon.Add(time.Hour), 10)
		if len(ids) != 0 {
			t.Error("an erased post still waits to be sorted")
		}
		return err
	})
	checkSound(t, s)
	line, err := os.ReadFile(filepath.Join(journal, "erasures.jsonl"))
	if err != nil || !bytes.Contains(line, []byte(r.ID.String())) || !bytes.Contains(line, []byte(`"keys":["1"]`)) {
		t.Errorf("journal = %s, %v", line, err)
	}

	tx(t, s, func(tx *store.Tx) error {
		return tx.EraseAuthor(t.Context(), grievance.Author{ID: 77, Name: planted}, noon)
	})
	erased, err := store.ReadJournal(filepath.Join(journal, "erasures.jsonl"))
	if err != nil || len(erased) != 2 || erased[1].AuthorID != 77 || erased[1].PostID != 0 {
		t.Errorf("journal of a citizen's erasure = %+v, %v", erased, err)
	}
}

// tablesWith lists the tables of which a value holds the word, the index's own included.
func tablesWith(t *testing.T, s *store.Store, word string) (found []string) {
	t.Helper()
	for table, values := range storetest.Values(t, s) {
		if strings.Contains(strings.ToLower(string(values)), word) {
			found = append(found, table)
		}
	}
	return found
}
