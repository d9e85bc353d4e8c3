package app

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/email"
	"nivaran/internal/connector/facebook"
	"nivaran/internal/connector/x"
	"nivaran/internal/grievance"
	"nivaran/internal/intake"
	"nivaran/internal/store"
)

// archive takes in old posts by the same road as live ones, and says of each what became
// of it. Nothing is ever sent for them.
func (cmd *importCmd) archive(e *env, p *parts) error {
	ch := grievance.Channel(cmd.Channel)
	account, err := p.intake.ArchiveAccount(e.ctx, ch, cmd.Account)
	if err != nil {
		return err
	}
	out := json.NewEncoder(e.stdout)
	out.SetEscapeHTML(false)
	show := func(line any) error {
		if !cmd.JSON {
			return nil
		}
		return out.Encode(line)
	}
	if ch == grievance.Email {
		return cmd.letters(e, p, account, show)
	}
	read := x.ReadLine
	if ch == grievance.Facebook {
		read = facebook.ReadLine
	}
	var errs []error
	for _, file := range cmd.Files {
		errs = append(errs, eachLine(file, func(_ int, line []byte) error {
			b, err := read(line, account.ExternalID)
			if err != nil {
				b = connector.Batch{Items: []connector.Item{{What: connector.ItemUnreadable, Note: "unreadable line", Post: grievance.Post{Channel: ch, Raw: line}}}}
			}
			results, err := p.intake.Import(e.ctx, account, b.Items)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			for i, it := range b.Items {
				if err := show(postLine(file, it, results[i])); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	return errors.Join(errs...)
}

// postLine says of one post of X or Facebook what became of it.
func postLine(file string, it connector.Item, r intake.Imported) map[string]any {
	p := it.Post
	line := map[string]any{"file": file, "result": r.Result, "external_id": p.ExternalID, "author": p.Author.Handle, "author_name": p.Author.Name, "text": p.Text,
		"parent_id": p.ParentID, "thread_id": p.ThreadID, "form": p.Form, "public": p.Public, "direction": p.Direction, "media": media(p.Media), "gone": it.What == connector.ItemGone}
	if !p.PostedAt.IsZero() {
		line["posted_at"] = p.PostedAt.UTC().Format(time.RFC3339)
	}
	if p.Author.Handle == "" {
		line["author"] = p.Author.ExternalID
	}
	if !it.IsPost() {
		line["what"] = it.Note
	}
	return line
}

func media(all []grievance.Media) []grievance.Media {
	if all == nil {
		return []grievance.Media{}
	}
	return all
}

func (cmd *importCmd) letters(e *env, p *parts, account grievance.OfficialAccount, show func(any) error) error {
	var errs []error
	for stored, err := range email.ReadArchive(cmd.Files...) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		l := email.Parse(stored.Raw, email.Options{AuthServID: account.Settings["authserv"], Own: []string{account.Handle}})
		results, err := p.intake.Import(e.ctx, account, []connector.Item{{What: connector.ItemNew, Post: l.Post(stored.Modified)}})
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", stored.File, err))
			continue
		}
		if err := show(letterLine(stored.File, l, results[0])); err != nil {
			return err
		}
	}
	return errors.Join(errs...)
}

// letterLine says of one letter what became of it.
func letterLine(file string, l *email.Letter, r intake.Imported) map[string]any {
	type attachment struct {
		Name string `json:"name"`
		Type string `json:"type"`
		Size int    `json:"size"`
	}
	files := []attachment{}
	for _, a := range l.Attachments {
		files = append(files, attachment{a.Name, a.Type, len(a.Data)})
	}
	result := r.Result
	if l.Unreadable && result == store.Stored {
		result = "unreadable"
	}
	line := map[string]any{"file": file, "result": result, "message_id": l.MessageID, "from": l.From, "from_name": l.FromName, "to": l.To, "subject": l.Subject, "text": l.Text, "full_text": l.FullText,
		"in_reply_to": l.InReplyTo, "references": l.References, "date": "", "automatic": l.Automatic, "bounce": nil, "charset_repaired": l.CharsetRepaired, "legacy_font": l.LegacyFont,
		"attachments": files, "case": r.Number}
	if !l.Date.IsZero() {
		line["date"] = l.Date.Format(time.RFC3339)
	}
	if l.Bounce != nil {
		line["bounce"] = map[string]string{"recipient": l.Bounce.Recipient, "status": l.Bounce.Status}
	}
	for _, list := range []string{"to", "references"} {
		if s, ok := line[list].([]string); ok && s == nil {
			line[list] = []string{}
		}
	}
	return line
}

// mostLine is how long a line of a file may be, in bytes.
const mostLine = 64 << 20

// eachLine hands the lines of a file over, one by one with their numbers, but for empty
// ones; - is standard input.
func eachLine(file string, do func(n int, line []byte) error) (err error) {
	var in io.Reader = os.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	s := bufio.NewScanner(in)
	s.Buffer(make([]byte, 64<<10), mostLine)
	n := 1
	for ; s.Scan(); n++ {
		if len(s.Bytes()) == 0 {
			continue
		}
		if err := do(n, append([]byte(nil), s.Bytes()...)); err != nil {
			return err
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("line %d is longer than %d bytes: cut it, or leave it out", n, mostLine)
	}
	return s.Err()
}
