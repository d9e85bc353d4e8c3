package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

// Folder is a list of the inbox.
type Folder string

// The folders, in their order on the screen.
const (
	FolderDanger      Folder = "danger"
	FolderOwn         Folder = "own"
	FolderUnassigned  Folder = "unassigned"
	FolderLate        Folder = "late"
	FolderToday       Folder = "today"
	FolderApproval    Folder = "approval"
	FolderUndelivered Folder = "undelivered"
	FolderWatched     Folder = "watched"
	FolderAll         Folder = "all"
)

// AllFolders lists the folders in their order.
var AllFolders = []Folder{FolderDanger, FolderOwn, FolderUnassigned, FolderLate, FolderToday, FolderApproval, FolderUndelivered, FolderWatched, FolderAll}

// filter is what the folder holds for the actor.
func (d *Desk) filter(by grievance.Actor, f Folder) (store.CaseFilter, error) {
	w := store.CaseFilter{Open: true}
	switch f {
	case FolderDanger:
		w.Danger = true
	case FolderOwn:
		w.OfficerID = by.Holder()
	case FolderUnassigned:
		w.Unassigned = true
	case FolderLate:
		w.Late = true
	case FolderToday:
		now := d.Now().In(grievance.India)
		w.DueBefore = time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, grievance.India)
	case FolderApproval:
		w.State, w.NotBy, w.Unreviewed = grievance.ActionTaken, by.ID, true
	case FolderUndelivered:
		w.Undelivered = true
	case FolderWatched:
		w.Watched = true
	case FolderAll:
	default:
		return w, fmt.Errorf("folder %q: %w", f, grievance.ErrNotFound)
	}
	return w, nil
}

// FolderCount is how many cases a folder holds; More means that there are at least N.
type FolderCount struct {
	Folder Folder
	N      int64
	More   bool
}

// most is how far a folder without a kept counter is counted: it shows "99+".
const most = 100

// Folders counts the folders of the actor: kept counters where there are any, exact; the
// others up to a bound.
func (d *Desk) Folders(ctx context.Context, by grievance.Actor) ([]FolderCount, error) {
	if !by.May(grievance.MayRead) {
		return nil, grievance.ErrForbidden
	}
	var counts []FolderCount
	err := d.Store.View(ctx, func(tx *store.Tx) error {
		open, err := tx.CountOpen(ctx, by.Scope, by.Holder())
		if err != nil {
			return err
		}
		kept := map[Folder]int64{FolderAll: open.All, FolderOwn: open.Own, FolderUnassigned: open.Unassigned, FolderLate: open.Late}
		for _, f := range AllFolders {
			n, ok := kept[f]
			c := FolderCount{Folder: f, N: n}
			if !ok {
				w, err := d.filter(by, f)
				if err != nil {
					return err
				}
				n, err := tx.CountCases(ctx, by.Scope, w, most)
				if err != nil {
					return err
				}
				c.N, c.More = int64(n), n >= most
				if c.More {
					c.N = most - 1
				}
			}
			counts = append(counts, c)
		}
		return nil
	})
	return counts, err
}

// Row is a case in a list, with the name of its first complainant; empty where the case
// is sensitive or the channel gave none.
type Row struct {
	Case *grievance.Case
	Name string
}

// Page is a page of a list. Next continues it; empty at the end.
type Page struct {
	Rows []Row
	Next string
}

// InboxRequest asks for a page of a folder, by due time or the newest first.
type InboxRequest struct {
	Folder Folder
	Newest bool
	Cursor string
	Limit  int
}

// Inbox lists a folder of the actor.
func (d *Desk) Inbox(ctx context.Context, by grievance.Actor, r InboxRequest) (Page, error) {
	w, err := d.filter(by, r.Folder)
	if err != nil {
		return Page{}, err
	}
	w.ByDue, w.Limit = !r.Newest, r.Limit
	page, err := d.list(ctx, by, CasesRequest{Filter: w, Cursor: r.Cursor})
	d.Reads.noteList(by, "inbox "+string(r.Folder), len(page.Rows))
	return page, err
}

// CasesRequest asks for a page of all cases that the filter lets through.
type CasesRequest struct {
	Filter store.CaseFilter
	Cursor string
}

// Cases lists cases within the actor's scope.
func (d *Desk) Cases(ctx context.Context, by grievance.Actor, r CasesRequest) (Page, error) {
	page, err := d.list(ctx, by, r)
	d.Reads.noteList(by, listName(r.Filter), len(page.Rows))
	return page, err
}

func (d *Desk) list(ctx context.Context, by grievance.Actor, r CasesRequest) (Page, error) {
	if !by.May(grievance.MayRead) {
		return Page{}, grievance.ErrForbidden
	}
	w := r.Filter
	if w.Limit <= 0 || w.Limit > 200 {
		w.Limit = 50
	}
	if r.Cursor != "" {
		due, id, ok := strings.Cut(r.Cursor, "-")
		ms, err := strconv.ParseInt(due, 10, 64)
		if !ok || err != nil {
			return Page{}, fmt.Errorf("cursor: %w", grievance.ErrNotFound)
		}
		if w.After, err = grievance.ParseID(id); err != nil {
			return Page{}, err
		}
		w.AfterDue = time.UnixMilli(ms)
	}
	var page Page
	err := d.Store.View(ctx, func(tx *store.Tx) error {
		cases, err := tx.Cases(ctx, by.Scope, w)
		if err != nil {
			return err
		}
		if page.Rows, err = rows(ctx, tx, cases); err != nil {
			return err
		}
		if len(cases) == w.Limit {
			last := cases[len(cases)-1]
			page.Next = fmt.Sprintf("%d-%s", last.DueAt.UnixMilli(), last.ID)
		}
		return nil
	})
	return page, err
}

func rows(ctx context.Context, tx *store.Tx, cases []*grievance.Case) ([]Row, error) {
	if len(cases) == 0 {
		return nil, nil
	}
	ids := make([]grievance.ID, len(cases))
	for i, c := range cases {
		ids[i] = c.ID
	}
	first, err := tx.FirstComplainants(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]Row, len(cases))
	for i, c := range cases {
		all[i] = Row{Case: c}
		if k := first[c.ID]; k != nil && !c.Sensitive {
			all[i].Name = displayName(k.Author)
		}
	}
	return all, nil
}

func displayName(a grievance.Author) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Handle
}

// CaseView is all of a case that its page shows.
type CaseView struct {
	Case         *grievance.Case
	Posts        []*grievance.StoredPost
	Complainants []*grievance.Complainant
	Reports      []*grievance.Report
	Replies      []*grievance.Reply
	History      []grievance.Entry
	Steps        []grievance.Step // how the due time came about
	Overseers    []store.Overseer
	References   []grievance.Reference
	Officers     map[grievance.ID]grievance.Officer // all that occur
	Accounts     []grievance.OfficialAccount
	NoteFiles    []grievance.File
	PostFiles    map[grievance.ID][]grievance.File
	Exclusions   []store.Exclusion                  // whom it complains of
	Answering    office.Answering                   // who answers for the case's office now
	For          map[grievance.ID]grievance.Officer // by charge: whose it was where somebody else acted under it
}

// Case reads a case within the actor's scope.
func (d *Desk) Case(ctx context.Context, by grievance.Actor, id grievance.ID) (*CaseView, error) {
	if !by.May(grievance.MayRead) {
		return nil, grievance.ErrForbidden
	}
	v := &CaseView{}
	var stale []grievance.ID
	err := d.Store.View(ctx, func(tx *store.Tx) (err error) {
		if v.Case, err = tx.Case(ctx, by.Scope, id); err != nil {
			return err
		}
		if stale, err = tx.StalePosts(ctx, id, d.Now().Add(-checkedFor), checkAtOnce); err != nil {
			return err
		}
		return d.fill(ctx, tx, v)
	})
	if err == nil {
		err = d.checkAgain(ctx, stale)
	}
	if err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	d.Reads.Note(by, grievance.ReadCase, v.Case.ID, "")
	return v, nil
}

func (d *Desk) fill(ctx context.Context, tx *store.Tx, v *CaseView) (err error) {
	c := v.Case
	if v.Posts, err = tx.PostsOfCase(ctx, c.ID); err != nil {
		return err
	}
	if v.Complainants, err = tx.Complainants(ctx, c.ID); err != nil {
		return err
	}
	if v.Reports, err = tx.Reports(ctx, c.ID); err != nil {
		return err
	}
	if v.Replies, err = tx.Replies(ctx, c.ID); err != nil {
		return err
	}
	if v.History, err = tx.History(ctx, c.ID); err != nil {
		return err
	}
	if v.Overseers, err = tx.Overseers(ctx, c.ID); err != nil {
		return err
	}
	if v.References, err = tx.References(ctx, c.ID); err != nil {
		return err
	}
	if v.Exclusions, err = tx.Exclusions(ctx, c.ID); err != nil {
		return err
	}
	if v.Answering, err = d.answering(ctx, tx, c.OfficeID, c); err != nil {
		return err
	}
	if v.For, err = actedFor(ctx, tx, v.History); err != nil {
		return err
	}
	if v.Accounts, err = tx.Accounts(ctx); err != nil {
		return err
	}
	if v.PostFiles, err = tx.Files(ctx, "post", c.ID); err != nil {
		return err
	}
	notes, err := tx.Files(ctx, "note", c.ID)
	if err != nil {
		return err
	}
	v.NoteFiles = notes[c.ID]
	pauses, err := tx.Pauses(ctx, c.ID, c.Round)
	if err != nil {
		return err
	}
	_, v.Steps = d.Office.Calendar().Due(c.ClockStart, c.LimitDays, pauses, d.Now())
	v.Officers = map[grievance.ID]grievance.Officer{}
	for _, id := range officersIn(v) {
		if _, ok := v.Officers[id]; ok {
			continue
		}
		o, err := tx.Officer(ctx, id)
		if isNone(err) {
			continue
		}
		if err != nil {
			return err
		}
		v.Officers[id] = o
	}
	return nil
}

// actedFor finds, by charge, the officers for whom a substitute acted.
func actedFor(ctx context.Context, tx *store.Tx, entries []grievance.Entry) (map[grievance.ID]grievance.Officer, error) {
	found := map[grievance.ID]grievance.Officer{}
	own := map[grievance.ID]grievance.ID{} // charge → its officer
	for _, e := range entries {
		if e.Actor != grievance.OfficerActor || e.ChargeID == 0 {
			continue
		}
		if _, ok := own[e.ChargeID]; !ok {
			c, err := tx.Charge(ctx, e.ChargeID)
			if err != nil && !isNone(err) {
				return nil, err
			}
			own[e.ChargeID] = c.OfficerID
		}
		if whose := own[e.ChargeID]; whose != 0 && whose != e.ActorID {
			o, err := tx.Officer(ctx, whose)
			if err != nil && !isNone(err) {
				return nil, err
			}
			found[e.ChargeID] = o
		}
	}
	return found, nil
}

// heldBefore is who held the case before it passed on.
func heldBefore(e grievance.Entry) grievance.ID {
	var said struct {
		Was string `json:"was"`
	}
	if json.Unmarshal([]byte(e.Data), &said) != nil {
		return 0
	}
	was, err := grievance.ParseID(said.Was)
	if err != nil {
		return 0 // nobody held it
	}
	return was
}

func officersIn(v *CaseView) []grievance.ID {
	ids := []grievance.ID{v.Case.OfficerID, v.Case.Approver}
	for _, x := range v.Exclusions {
		ids = append(ids, x.OfficerID)
	}
	for _, e := range v.History {
		if e.Actor == grievance.OfficerActor {
			ids = append(ids, e.ActorID)
		}
		if e.Event == grievance.HandedOver || e.Event == grievance.PassedOn {
			ids = append(ids, heldBefore(e))
		}
	}
	for _, p := range v.Reports {
		ids = append(ids, p.AuthorID, p.ReviewerID)
	}
	for _, r := range v.Replies {
		ids = append(ids, r.AuthorID, r.ApproverID)
	}
	for _, s := range v.Steps {
		ids = append(ids, s.By)
	}
	return ids
}
