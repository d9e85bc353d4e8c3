package intake

import (
	"cmp"
	"context"
	"fmt"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Imported is what became of one item of an archive. Number is that of the case that a
// post joined; empty without one.
type Imported struct {
	Result string
	Number string
}

// ArchiveAccount is the account that imported posts belong to: the named one, else an
// archive account of the channel that cannot send.
func (in *Intake) ArchiveAccount(ctx context.Context, ch grievance.Channel, name string) (a grievance.OfficialAccount, err error) {
	err = in.Store.Tx(ctx, func(tx *store.Tx) error {
		accounts, err := tx.Accounts(ctx)
		if err != nil {
			return err
		}
		for _, a = range accounts {
			if a.Channel == ch && name != "" && (a.Name == name || a.Handle == name) {
				return nil
			}
		}
		a, err = tx.ArchiveAccount(ctx, ch, cmp.Or(name, "Archive"), in.Desk.Office.StateCell(), in.Now())
		return err
	})
	return a, err
}

// Import stores items of an archive and sorts them at once. Nothing is sent for them.
func (in *Intake) Import(ctx context.Context, a grievance.OfficialAccount, items []connector.Item) ([]Imported, error) {
	imported := make([]Imported, len(items))
	var stored []store.PostResult
	if err := in.keepFiles(ctx, items); err != nil {
		return nil, err
	}
	err := in.Store.Tx(ctx, func(tx *store.Tx) (err error) {
		stored, err = in.keepAll(ctx, tx, a, items, in.Now(), true)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	var fresh []grievance.ID
	next := 0
	for i, it := range items {
		if !it.IsPost() {
			imported[i].Result = it.What
			continue
		}
		imported[i].Result = stored[next].Result
		if stored[next].Result == store.Stored {
			fresh = append(fresh, stored[next].ID)
		}
		next++
	}
	if err := in.Sort(ctx, fresh); err != nil {
		return nil, err
	}
	return imported, in.numbers(ctx, items, stored, imported)
}

// numbers fills in the cases that the posts are in.
func (in *Intake) numbers(ctx context.Context, items []connector.Item, stored []store.PostResult, imported []Imported) error {
	ids := make([]grievance.ID, 0, len(stored))
	for _, r := range stored {
		if r.ID != 0 {
			ids = append(ids, r.ID)
		}
	}
	return in.Store.View(ctx, func(tx *store.Tx) error {
		posts, err := tx.PostsByID(ctx, ids)
		if err != nil {
			return err
		}
		numbers := map[grievance.ID]string{} // by post
		for _, p := range posts {
			if p.CaseID == 0 {
				continue
			}
			c, err := tx.Case(ctx, grievance.Scope{All: true}, p.CaseID)
			if err != nil {
				return err
			}
			numbers[p.ID] = c.Number
		}
		next := 0
		for i, it := range items {
			if it.IsPost() {
				imported[i].Number = numbers[stored[next].ID]
				next++
			}
		}
		return nil
	})
}

// keepFiles stores the files that came with posts, before the posts themselves: a file
// nobody refers to harms nothing, a post without its file would.
func (in *Intake) keepFiles(ctx context.Context, items []connector.Item) error {
	for i := range items {
		for j := range items[i].Post.Media {
			m := &items[i].Post.Media[j]
			if len(m.Data) == 0 {
				continue
			}
			f, err := in.Desk.KeepOriginal(ctx, m.Name, m.Data)
			if err != nil {
				return err
			}
			m.FileHash, m.Type, m.Size = f.Hash, f.Type, f.Size
		}
	}
	return nil
}

// attach ties the kept files of new posts to them.
func (in *Intake) attach(ctx context.Context, tx *store.Tx, p grievance.Post, id grievance.ID) error {
	var files []grievance.File
	for _, m := range p.Media {
		if m.FileHash != "" {
			files = append(files, grievance.File{Hash: m.FileHash, Name: m.Name, Type: m.Type, Size: m.Size})
		}
	}
	if len(files) == 0 {
		return nil
	}
	return tx.Attach(ctx, "post", id, 0, files, in.Now())
}
