package desk

import (
	"archive/zip"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

//go:embed citizencopy.html
var copyPage string

var copyTemplate = template.Must(template.New("copy").Parse(copyPage))

// citizensCopy is what data.json of a citizen's copy holds.
type citizensCopy struct {
	MadeAt  time.Time    `json:"made_at"`
	Citizen copiedAuthor `json:"citizen"`
	Posts   []copiedPost `json:"posts"`
	Cases   []copiedCase `json:"cases"`
}

type copiedAuthor struct {
	ID       grievance.ID      `json:"id"`
	Channel  grievance.Channel `json:"channel"`
	External string            `json:"external_id,omitempty"`
	Handle   string            `json:"handle,omitempty"`
	Name     string            `json:"name,omitempty"`
	URL      string            `json:"url,omitempty"`
}

type copiedPost struct {
	ID         grievance.ID     `json:"id"`
	External   string           `json:"external_id,omitempty"`
	Form       grievance.Form   `json:"form"`
	Public     bool             `json:"public"`
	PostedAt   time.Time        `json:"posted_at"`
	ReceivedAt time.Time        `json:"received_at"`
	Title      string           `json:"title,omitempty"`
	Text       string           `json:"text"`
	FullText   string           `json:"full_text,omitempty"`
	URL        string           `json:"url,omitempty"`
	Place      *grievance.Point `json:"place,omitempty"`
	Case       string           `json:"case,omitempty"` // registration number
	Earlier    []copiedVersion  `json:"earlier_texts,omitempty"`
	Files      []string         `json:"files,omitempty"` // in this copy
	Raw        string           `json:"as_received,omitempty"`
}

type copiedVersion struct {
	Title string    `json:"title,omitempty"`
	Text  string    `json:"text"`
	Until time.Time `json:"replaced_at"`
}

type copiedCase struct {
	Number     string             `json:"number"`
	Title      string             `json:"title"`
	State      grievance.State    `json:"state"`
	Outcome    grievance.Outcome  `json:"outcome,omitempty"`
	Subject    string             `json:"subject,omitempty"`
	Office     string             `json:"office"`
	ReceivedAt time.Time          `json:"received_at"`
	ClosedAt   *time.Time         `json:"closed_at,omitempty"`
	Feedback   grievance.Feedback `json:"feedback,omitempty"`
	ToldHow    string             `json:"told_how,omitempty"`
	Replies    []copiedReply      `json:"replies,omitempty"`
}

type copiedReply struct {
	At    time.Time            `json:"at"`
	Way   grievance.Way        `json:"way"`
	Kind  grievance.ReplyKind  `json:"kind"`
	State grievance.ReplyState `json:"state"`
	Title string               `json:"title,omitempty"`
	Text  string               `json:"text"`
}

// attachment is a file of the copy: its name there and where its bytes are.
type attachment struct {
	name, hash string
	data       []byte // of what arrived, when there is no hash
}

// copyCitizen makes the copy of what is held of a citizen: data.json, index.html for
// reading, and the files.
func (d *Desk) copyCitizen(ctx context.Context, by grievance.Actor, q grievance.DataRequest) error {
	var all citizensCopy
	var files []attachment
	err := d.Store.View(ctx, func(tx *store.Tx) (err error) {
		all, files, err = d.collectCitizen(ctx, tx, by.Scope, q.AuthorID)
		return err
	})
	if err != nil {
		return fmt.Errorf("copy of citizen %s: %w", q.AuthorID, err)
	}
	data, err := d.packCopy(ctx, all, files)
	if err != nil {
		return fmt.Errorf("copy of citizen %s: %w", q.AuthorID, err)
	}
	f, err := d.keep(ctx, "copy-"+q.ID.String()+".zip", "application/zip", data)
	if err != nil {
		return err
	}
	now := d.Now()
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		q, err := tx.Request(ctx, q.ID)
		if err != nil || q.State != grievance.RequestWorking {
			return err
		}
		c, err := tx.Citizen(ctx, by.Scope, q.AuthorID)
		if err == nil && (c.Posts < len(all.Posts) || c.Cases < len(all.Cases) || c.Name != all.Citizen.Name) {
			err = fmt.Errorf("%w: something of it was erased meanwhile", grievance.ErrConflict) // the job does it anew
		}
		if err != nil {
			return err
		}
		q.State, q.DoneAt, q.File, q.Expires, q.Posts, q.Cases = grievance.RequestDone, now, f.Hash, now.AddDate(0, 0, copyDays), len(all.Posts), len(all.Cases)
		if err := tx.AttachCopy(ctx, q.ID, f, now); err != nil {
			return err
		}
		if err := tx.SaveRequest(ctx, q); err != nil {
			return err
		}
		if err := tx.Notify(ctx, store.Notice{OfficerID: q.Officer, Kind: "notice.copy_ready", At: now}); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "citizen.copied", map[string]any{"request": q.ID, "author": q.AuthorID, "posts": q.Posts, "cases": q.Cases}, now)
	})
}

// collectBatch is how many posts or cases are read at once.
const collectBatch = 200

func (d *Desk) collectCitizen(ctx context.Context, tx *store.Tx, s grievance.Scope, id grievance.ID) (all citizensCopy, files []attachment, err error) {
	c, err := tx.Citizen(ctx, s, id)
	if err != nil {
		return all, nil, err
	}
	all.MadeAt = d.Now()
	all.Citizen = copiedAuthor{ID: id, Channel: c.Channel, External: c.ExternalID, Handle: c.Handle, Name: c.Name, URL: c.URL}
	numbers := map[grievance.ID]string{}
	for after, more := grievance.ID(0), true; more; {
		cases, err := tx.CasesOfCitizen(ctx, s, id, after, collectBatch)
		if err != nil {
			return all, nil, err
		}
		for _, kase := range cases {
			one, err := d.collectCase(ctx, tx, s, kase, id)
			if err != nil {
				return all, nil, err
			}
			all.Cases, numbers[kase], after = append(all.Cases, one), one.Number, kase
		}
		more = len(cases) == collectBatch
	}
	for after, more := grievance.ID(0), true; more; {
		posts, err := tx.PostsOfCitizen(ctx, s, id, after, collectBatch)
		if err != nil {
			return all, nil, err
		}
		for _, p := range posts {
			one, own, err := collectPost(ctx, tx, p, numbers[p.CaseID])
			if err != nil {
				return all, nil, err
			}
			all.Posts, files, after = append(all.Posts, one), append(files, own...), p.ID
		}
		more = len(posts) == collectBatch
	}
	return all, files, nil
}

func (d *Desk) collectCase(ctx context.Context, tx *store.Tx, s grievance.Scope, id, author grievance.ID) (copiedCase, error) {
	c, err := tx.Case(ctx, s, id)
	if err != nil {
		return copiedCase{}, err
	}
	subject, _ := d.Office.Subject(c.SubjectID)
	o, _ := d.Office.Office(c.OfficeID)
	out := copiedCase{Number: c.Number, Title: c.Title, State: c.State, Outcome: c.Outcome, Subject: subject.Name("en"), Office: o.Name("en"), ReceivedAt: c.ReceivedAt}
	if !c.ClosedAt.IsZero() {
		out.ClosedAt = &c.ClosedAt
	}
	complainants, err := tx.Complainants(ctx, id)
	if err != nil {
		return out, err
	}
	replies, err := tx.Replies(ctx, id)
	for _, k := range complainants {
		if k.Author.ID != author {
			continue
		}
		out.Feedback, out.ToldHow = k.Feedback, k.ToldHow
		for _, r := range replies {
			if r.ComplainantID == k.ID && slices.Contains([]grievance.ReplyState{grievance.ReplyPublished, grievance.ReplyBounced}, r.State) {
				out.Replies = append(out.Replies, copiedReply{At: r.SentAt, Way: r.Way, Kind: r.Kind, State: r.State, Title: r.Title, Text: r.Text})
			}
		}
	}
	return out, err
}

func collectPost(ctx context.Context, tx *store.Tx, p *grievance.StoredPost, number string) (out copiedPost, files []attachment, err error) {
	out = copiedPost{ID: p.ID, External: p.ExternalID, Form: p.Form, Public: p.Public, PostedAt: p.PostedAt, ReceivedAt: p.ReceivedAt, Title: p.Title, Text: p.Text, URL: p.URL, Case: number}
	if p.FullText != p.Text {
		out.FullText = p.FullText
	}
	if p.Place != (grievance.Point{}) {
		out.Place = &p.Place
	}
	versions, err := tx.PostVersions(ctx, p.ID)
	if err != nil {
		return out, nil, err
	}
	for _, v := range versions {
		out.Earlier = append(out.Earlier, copiedVersion{Title: v.Title, Text: v.Text, Until: v.ReplacedAt})
	}
	raw, err := tx.PostRaw(ctx, p.ID)
	if err != nil {
		return out, nil, err
	}
	if len(raw) > 0 {
		out.Raw = "as-received/" + p.ID.String()
		files = append(files, attachment{name: out.Raw, data: raw})
	}
	for i, m := range p.Media {
		if m.FileHash != "" {
			name := fmt.Sprintf("files/%s-%d-%s", p.ID, i+1, fileName(m.Name))
			out.Files, files = append(out.Files, name), append(files, attachment{name: name, hash: m.FileHash})
		}
	}
	return out, files, nil
}

func (d *Desk) packCopy(ctx context.Context, all citizensCopy, files []attachment) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	add := func(name string, data []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: all.MadeAt})
		if err == nil {
			_, err = w.Write(data)
		}
		return err
	}
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	if err := copyTemplate.Execute(&page, all); err != nil {
		return nil, err
	}
	files = append([]attachment{{name: "data.json", data: data}, {name: "index.html", data: page.Bytes()}}, files...)
	for _, f := range files {
		if f.hash != "" {
			if f.data, err = d.Files.ReadAll(ctx, f.hash); err != nil {
				return nil, err
			}
		}
		if err := add(f.name, f.data); err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return out.Bytes(), err
}
