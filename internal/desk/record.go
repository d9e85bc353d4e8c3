package desk

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// RecordRequest says which part of the record an export holds. docs/audit-format.md is
// what it looks like, to the byte.
type RecordRequest struct {
	Days  store.Days
	Texts bool // with the free texts and their salts; without, nothing in it is a person's words
	// Withhold leaves of cases from which somebody is kept away only what their days' sums need.
	Withhold bool
}

// RecordSummary is what an export came to.
type RecordSummary struct {
	Cases    int64
	Entries  int64 // of histories
	Withheld int64
}

// ExportRecord writes the record for whoever may audit the whole state, and keeps in the
// office log that it was given out. Officers get it without texts, and of cases from
// which somebody is kept away only sums: nobody learns so what they were not to see.
func (d *Desk) ExportRecord(ctx context.Context, by grievance.Actor, to io.Writer, r RecordRequest) (RecordSummary, error) {
	if !mayAuditAll(by) {
		return RecordSummary{}, grievance.ErrForbidden
	}
	if err := r.check(); err != nil {
		return RecordSummary{}, err
	}
	if by.Kind != grievance.SystemActor {
		r.Texts, r.Withhold = false, true
	}
	err := d.Store.Tx(ctx, func(tx *store.Tx) error {
		return d.recordExport(ctx, tx, by, r)
	})
	if err != nil {
		return RecordSummary{}, err
	}
	return d.writeRecord(ctx, to, r)
}

// check refuses days that are none, or stand in the wrong order.
func (r RecordRequest) check() error {
	for field, day := range map[string]string{"from": r.Days.From, "to": r.Days.To} {
		if _, err := grievance.DayStart(day); day != "" && err != nil {
			return grievance.Invalid(field, "error.day_malformed")
		}
	}
	if r.Days.From != "" && r.Days.To != "" && r.Days.To < r.Days.From {
		return grievance.Invalid("to", "error.days_order")
	}
	return nil
}

// writeRecord writes the record as a zip file of JSON Lines, on one picture of it.
func (d *Desk) writeRecord(ctx context.Context, to io.Writer, r RecordRequest) (RecordSummary, error) {
	x := &recordExport{zip: zip.NewWriter(to), request: r}
	x.manifest = manifest{Format: "nivaran-audit/1", MadeAt: d.Now().UnixMilli(), From: r.Days.From, To: r.Days.To, Texts: r.Texts, Files: map[string]manifestFile{}}
	err := d.Store.View(ctx, func(tx *store.Tx) error {
		for _, write := range []func(context.Context, *store.Tx) error{x.heads, x.officeLog, x.histories, x.readLog} {
			if err := write(ctx, tx); err != nil {
				return err
			}
		}
		return x.finish()
	})
	if err != nil {
		return RecordSummary{}, fmt.Errorf("export the record: %w", err)
	}
	return RecordSummary{Cases: x.manifest.Cases, Entries: x.manifest.Entries, Withheld: x.manifest.Withheld}, nil
}

// The lines of the files. Ids are decimal texts, hashes lower-case hexadecimal, times
// milliseconds since 1970 UTC; what is not there is empty.
type (
	manifest struct {
		Format       string                  `json:"format"`
		MadeAt       int64                   `json:"made_at"`
		From         string                  `json:"from"`
		To           string                  `json:"to"`
		Texts        bool                    `json:"texts"`
		Cases        int64                   `json:"cases"`
		Entries      int64                   `json:"entries"`
		Withheld     int64                   `json:"withheld"`
		OfficeBefore manifestEnd             `json:"office_before"`
		OfficeLast   manifestEnd             `json:"office_last"`
		HeadBefore   string                  `json:"head_before"`
		HeadLast     string                  `json:"head_last"`
		Files        map[string]manifestFile `json:"files"`
	}
	manifestEnd struct {
		N    int64  `json:"n"`
		Hash string `json:"hash"`
	}
	manifestFile struct {
		Lines  int64  `json:"lines"`
		SHA256 string `json:"sha256"`
	}
	caseLine struct {
		Case   grievance.ID `json:"case"`
		Number string       `json:"number"`
		First  int          `json:"first"`
		Last   int          `json:"last"`
		Before string       `json:"before"`
		Head   string       `json:"head"`
	}
	withheldLine struct {
		Withheld []withheldDay `json:"withheld"`
	}
	withheldDay struct {
		Day  string `json:"day"`
		Leaf string `json:"leaf"`
	}
	entryLine struct {
		N          int          `json:"n"`
		At         int64        `json:"at"`
		Actor      string       `json:"actor"`
		ActorID    grievance.ID `json:"actor_id"`
		ChargeID   grievance.ID `json:"charge_id"`
		Event      string       `json:"event"`
		From       string       `json:"from"`
		To         string       `json:"to"`
		OfficeID   int          `json:"office_id"`
		Data       string       `json:"data"`
		Commitment string       `json:"commitment"`
		Prev       string       `json:"prev"`
		Hash       string       `json:"hash"`
		Text       *string      `json:"text,omitempty"`
		Salt       string       `json:"salt,omitempty"`
		Erased     bool         `json:"erased,omitempty"`
	}
	officeLine struct {
		N       int64        `json:"n"`
		At      int64        `json:"at"`
		ActorID grievance.ID `json:"actor_id"`
		Event   string       `json:"event"`
		Data    string       `json:"data"`
		Prev    string       `json:"prev"`
		Hash    string       `json:"hash"`
	}
	readChainLine struct {
		Day     string `json:"day"`
		Writer  string `json:"writer"`
		Entries int64  `json:"entries"`
		Head    string `json:"head"`
		Expired bool   `json:"expired,omitempty"`
	}
	readLine struct {
		N         int64        `json:"n"`
		At        int64        `json:"at"`
		OfficerID grievance.ID `json:"officer_id"`
		ChargeID  grievance.ID `json:"charge_id"`
		What      string       `json:"what"`
		CaseID    grievance.ID `json:"case_id"`
		Subject   string       `json:"subject"`
		Route     string       `json:"route"`
		Prev      string       `json:"prev"`
		Hash      string       `json:"hash"`
	}
	hiddenLine struct {
		N      int64  `json:"n"`
		Hidden bool   `json:"hidden"`
		Hash   string `json:"hash"`
	}
	headLine struct {
		Day        string `json:"day"`
		MadeAt     int64  `json:"made_at"`
		Cases      int64  `json:"cases"`
		CasesHash  string `json:"cases_hash"`
		OfficeN    int64  `json:"office_n"`
		OfficeHash string `json:"office_hash"`
		Reads      int64  `json:"reads"`
		ReadsHash  string `json:"reads_hash"`
		Prev       string `json:"prev"`
		Hash       string `json:"hash"`
	}
)

// recordExport is an export while it is written.
type recordExport struct {
	zip      *zip.Writer
	request  RecordRequest
	manifest manifest
	hidden   map[grievance.ID]bool // cases
	posts    map[string]bool       // hidden too, by id

	name  string // of the file in hand
	lines int64
	sum   hash.Hash
	json  *json.Encoder
}

// begin starts a file of the zip.
func (x *recordExport) begin(name string) error {
	w, err := x.zip.Create(name)
	if err != nil {
		return err
	}
	x.name, x.lines, x.sum = name, 0, sha256.New()
	x.json = json.NewEncoder(io.MultiWriter(w, x.sum))
	x.json.SetEscapeHTML(false)
	return nil
}

func (x *recordExport) line(v any) error {
	x.lines++
	return x.json.Encode(v)
}

// end notes in the manifest what the file came to.
func (x *recordExport) end() {
	x.manifest.Files[x.name] = manifestFile{Lines: x.lines, SHA256: hex.EncodeToString(x.sum.Sum(nil))}
}

func (x *recordExport) heads(ctx context.Context, tx *store.Tx) error {
	before, all, err := tx.HeadsOf(ctx, x.request.Days)
	if err != nil {
		return err
	}
	if err := x.begin("heads.jsonl"); err != nil {
		return err
	}
	if before != nil {
		x.manifest.OfficeBefore = manifestEnd{before.OfficeN, grievance.HashText(before.OfficeHash)}
		x.manifest.HeadBefore = grievance.HashText(before.Hash)
		x.manifest.HeadLast = x.manifest.HeadBefore
	}
	for _, h := range all {
		err := x.line(headLine{h.Day, h.MadeAt.UnixMilli(), h.Cases, grievance.HashText(h.CasesHash), h.OfficeN, grievance.HashText(h.OfficeHash), h.Reads, grievance.HashText(h.ReadsHash),
			grievance.HashText(h.Prev), grievance.HashText(h.Hash)})
		if err != nil {
			return err
		}
		x.manifest.HeadLast = grievance.HashText(h.Hash)
		if h.Day == x.request.Days.To {
			x.manifest.OfficeLast = manifestEnd{h.OfficeN, grievance.HashText(h.OfficeHash)}
		}
	}
	x.end()
	if x.request.Days.To == "" { // up to the present: where the record itself says that they end
		last, err := tx.HeadsEnd(ctx)
		x.manifest.HeadLast = grievance.HashText(last)
		return err
	}
	return nil
}

// officeLog holds what was written between the head before the span and the span's last
// head, or up to the present where that day has none yet.
func (x *recordExport) officeLog(ctx context.Context, tx *store.Tx) (err error) {
	last := x.manifest.OfficeLast
	sealed := last.N != 0 || last.Hash != ""
	if !sealed {
		var head []byte
		if last.N, head, err = tx.OfficeEnd(ctx); err != nil {
			return err
		}
		x.manifest.OfficeLast = manifestEnd{last.N, grievance.HashText(head)}
	}
	if err := x.begin("office_log.jsonl"); err != nil {
		return err
	}
	upTo := int64(0)
	if sealed {
		upTo = last.N
	}
	err = tx.EachOfficeEntry(ctx, x.manifest.OfficeBefore.N, upTo, func(e grievance.OfficeEntry) error {
		if x.request.Withhold && e.Event == postExcluded { // it names who is complained of
			return x.line(hiddenLine{e.N, true, grievance.HashText(e.Hash)})
		}
		return x.line(officeLine{e.N, e.At.UnixMilli(), e.Actor, e.Event, e.Data, grievance.HashText(e.Prev), grievance.HashText(e.Hash)})
	})
	x.end()
	return err
}

func (x *recordExport) histories(ctx context.Context, tx *store.Tx) error {
	if err := x.begin("history.jsonl"); err != nil {
		return err
	}
	err := tx.EachCase(ctx, x.request.Days, x.request.Texts, func(c store.CaseRecord) error {
		x.manifest.Cases++
		if x.request.Withhold && c.Excluded {
			x.manifest.Withheld++
			return x.line(withheldLine{leaves(c)})
		}
		first := c.Entries[0]
		if err := x.line(caseLine{c.ID, c.Number, first.N, c.Last, grievance.HashText(first.Prev), grievance.HashText(c.Head)}); err != nil {
			return err
		}
		for _, e := range c.Entries {
			x.manifest.Entries++
			if err := x.line(x.entry(e, c.Erased)); err != nil {
				return err
			}
		}
		return nil
	})
	x.end()
	return err
}

func (x *recordExport) entry(e grievance.Entry, erased map[int]bool) entryLine {
	l := entryLine{N: e.N, At: e.At.UnixMilli(), Actor: string(e.Actor), ActorID: e.ActorID, ChargeID: e.ChargeID, Event: string(e.Event), From: string(e.From), To: string(e.To), OfficeID: e.OfficeID, Data: e.Data,
		Commitment: grievance.HashText(e.Commit), Prev: grievance.HashText(e.Prev), Hash: grievance.HashText(e.Hash)}
	switch {
	case !x.request.Texts:
	case len(e.Salt) > 0 || e.Text != "":
		l.Text, l.Salt = &e.Text, grievance.HashText(e.Salt)
	case len(e.Commit) > 0:
		l.Erased = erased[e.N] || x.request.Days.To != "" // what came after the span is not looked at
	}
	return l
}

func leaves(c store.CaseRecord) (all []withheldDay) {
	for day, leaf := range store.Leaves(c.ID, c.Entries) {
		all = append(all, withheldDay{day, grievance.HashText(leaf)})
	}
	slices.SortFunc(all, func(a, b withheldDay) int { return strings.Compare(a.Day, b.Day) })
	return all
}

func (x *recordExport) readLog(ctx context.Context, tx *store.Tx) (err error) {
	if x.request.Withhold {
		if x.hidden, err = tx.ExcludedCases(ctx); err != nil {
			return err
		}
		if x.posts, err = tx.ExcludedPosts(ctx); err != nil {
			return err
		}
	}
	if err := x.begin("read_log.jsonl"); err != nil {
		return err
	}
	from, err := tx.ReadLogFrom(ctx)
	if err != nil {
		return err
	}
	var now grievance.ReadChain
	err = tx.EachRead(ctx, x.request.Days, func(c grievance.ReadChain, e grievance.Read) error {
		if c.Day != now.Day || c.Writer != now.Writer {
			now = c
			if err := x.line(readChainLine{c.Day, c.Writer, c.Entries, grievance.HashText(c.Head), e.N == 0 && c.Day < from}); err != nil {
				return err
			}
		}
		switch {
		case e.N == 0: // of a chain whose entries are gone
			return nil
		case x.withheld(e):
			return x.line(hiddenLine{e.N, true, grievance.HashText(e.Hash)})
		}
		return x.line(readLine{e.N, e.At.UnixMilli(), e.OfficerID, e.ChargeID, e.What, e.CaseID, e.Subject, e.Route, grievance.HashText(e.Prev), grievance.HashText(e.Hash)})
	})
	x.end()
	return err
}

// withheld says whether the entry names a case or post from which somebody is kept away.
func (x *recordExport) withheld(e grievance.Read) bool {
	if x.hidden[e.CaseID] || e.What == grievance.ReadPost && x.posts[e.Subject] {
		return true
	}
	if e.What != grievance.ReadSearch || len(x.hidden) == 0 {
		return false
	}
	for _, word := range strings.Fields(e.Subject) {
		if id, err := grievance.ParseID(word); err == nil && x.hidden[id] {
			return true
		}
	}
	return false
}

// finish writes the manifest and ends the zip.
func (x *recordExport) finish() error {
	w, err := x.zip.Create("manifest.json")
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(x.manifest); err != nil {
		return err
	}
	return x.zip.Close()
}
