package email

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"nivaran/internal/connector"
)

const (
	// lookBack is how far a mailbox is read again when its server has numbered it anew;
	// what was there already is recognised by its dedup key.
	lookBack = 30 * 24 * time.Hour
	// pageBytes bounds what a page holds in memory, cutSize what is read of a letter
	// beyond the largest size.
	pageBytes = 32 << 20
	cutSize   = 1 << 20
)

// Sources: a mailbox is one source.
func (c *Connector) Sources([]string) []connector.Source {
	return []connector.Source{{Kind: "inbox"}}
}

// Fetch reads one page of letters after the cursor, oldest first.
func (c *Connector) Fetch(ctx context.Context, src connector.Source, cursor string) (connector.Batch, error) {
	if src.Page != "" {
		cursor = src.Page
	}
	from, err := parsePosition(cursor)
	if err != nil {
		return connector.Batch{}, &connector.Failure{Class: connector.Broken, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	if err := c.box.acquire(ctx); err != nil {
		return connector.Batch{}, imapFailure(err)
	}
	defer c.box.release()
	var batch connector.Batch
	err = c.withMailbox(ctx, func(client *imapclient.Client, box *imap.SelectData) error {
		batch, err = c.page(client, box, from)
		return err
	})
	if err != nil {
		return connector.Batch{}, imapFailure(err)
	}
	return batch, nil
}

// position is how far a mailbox was read: UIDs count up as long as UIDVALIDITY stays.
type position struct {
	validity uint32
	last     imap.UID
}

func (p position) String() string { return fmt.Sprintf("%d:%d", p.validity, p.last) }

func parsePosition(s string) (position, error) {
	if s == "" {
		return position{}, nil
	}
	validity, last, _ := strings.Cut(s, ":")
	v, err := strconv.ParseUint(validity, 10, 32)
	if err != nil {
		return position{}, fmt.Errorf("cursor %q: %w", s, err)
	}
	l, err := strconv.ParseUint(last, 10, 32)
	if err != nil {
		return position{}, fmt.Errorf("cursor %q: %w", s, err)
	}
	return position{uint32(v), imap.UID(l)}, nil
}

func (c *Connector) page(client *imapclient.Client, box *imap.SelectData, from position) (connector.Batch, error) {
	uids, at, err := c.newLetters(client, box, from)
	if err != nil {
		return connector.Batch{}, err
	}
	var batch connector.Batch
	if len(uids) > 0 {
		metas, err := describe(client, uids[:min(len(uids), c.cfg.PageSize)])
		if err != nil {
			return connector.Batch{}, err
		}
		var taken int
		if batch.Items, taken, err = c.read(client, uids[:min(len(uids), c.cfg.PageSize)], metas); err != nil {
			return connector.Batch{}, err
		}
		at.last = uids[taken-1]
		uids = uids[taken:]
	}
	batch.Done, batch.Cursor = len(uids) == 0, at.String()
	if batch.Done {
		c.box.known = at
	} else {
		batch.NextPage = at.String()
	}
	return batch, nil
}

// newLetters lists what lies after the position, and the position in today's numbering.
func (c *Connector) newLetters(client *imapclient.Client, box *imap.SelectData, from position) ([]imap.UID, position, error) {
	criteria, at := &imap.SearchCriteria{}, position{validity: box.UIDValidity}
	switch {
	case from.validity == box.UIDValidity:
		if box.UIDNext != 0 && box.UIDNext <= from.last+1 {
			return nil, from, nil
		}
		uids, err := lettersAfter(client, from.last)
		return uids, from, err
	case from.validity != 0:
		criteria.Since = c.cfg.Now().Add(-lookBack)
	}
	found, err := client.UIDSearch(criteria, nil).Wait()
	if err != nil {
		return nil, at, fmt.Errorf("look for new letters: %w", err)
	}
	uids := found.AllUIDs()
	slices.Sort(uids)
	if len(uids) == 0 && box.UIDNext > 0 {
		at.last = box.UIDNext - 1
	}
	return uids, at, nil
}

// lettersAfter lists the letters with a higher number, in order.
func lettersAfter(client *imapclient.Client, last imap.UID) ([]imap.UID, error) {
	found, err := client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{{imap.UIDRange{Start: last + 1, Stop: 0}}}}, nil).Wait()
	if err != nil {
		return nil, fmt.Errorf("look for new letters: %w", err)
	}
	// A range up to * holds the newest letter even when there is nothing new.
	uids := slices.DeleteFunc(found.AllUIDs(), func(uid imap.UID) bool { return uid <= last })
	slices.Sort(uids)
	return uids, nil
}

type meta struct {
	size     int64
	received time.Time
}

func describe(client *imapclient.Client, uids []imap.UID) (map[imap.UID]meta, error) {
	found, err := client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true}).Collect()
	if err != nil {
		return nil, fmt.Errorf("size of new letters: %w", err)
	}
	metas := map[imap.UID]meta{}
	for _, m := range found {
		metas[m.UID] = meta{m.RFC822Size, m.InternalDate}
	}
	return metas, nil
}

// read fetches as many of the letters as a page may hold, at least one, and tells how
// many UIDs it is done with. A letter that vanished in between is passed over.
func (c *Connector) read(client *imapclient.Client, uids []imap.UID, metas map[imap.UID]meta) (items []connector.Item, taken int, err error) {
	var whole, cut []imap.UID
	total := int64(0)
	for _, uid := range uids {
		size := min(metas[uid].size, c.cfg.MaxSize)
		if total += size; total > pageBytes && taken > 0 {
			break
		}
		taken++
		if metas[uid].size > c.cfg.MaxSize {
			cut = append(cut, uid)
		} else {
			whole = append(whole, uid)
		}
	}
	raws := map[imap.UID][]byte{}
	broken := map[imap.UID]bool{}
	for _, part := range []struct {
		uids    []imap.UID
		section *imap.FetchItemBodySection
	}{
		{whole, &imap.FetchItemBodySection{Peek: true}},
		{cut, &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: min(cutSize, c.cfg.MaxSize)}}},
	} {
		if err := bodies(client, part.uids, part.section, raws, broken); err != nil {
			return nil, 0, err
		}
	}
	for _, uid := range uids[:taken] {
		raw, ok := raws[uid]
		if !ok {
			if broken[uid] {
				items = append(items, connector.Item{What: connector.ItemUnreadable, At: metas[uid].received, Note: fmt.Sprintf("the mail server cannot read letter %d of the mailbox", uid)})
			}
			continue
		}
		letter := Parse(raw, c.options())
		item := connector.Item{What: connector.ItemNew, At: metas[uid].received}
		if metas[uid].size > c.cfg.MaxSize {
			letter.markCut()
			item.Note = fmt.Sprintf("only the beginning of %d bytes was read", metas[uid].size)
		}
		item.Post = letter.Post(metas[uid].received)
		items = append(items, item)
	}
	return items, taken, nil
}

// bodies fetches letters without marking them as read. Where the server refuses a page
// because of one letter, the letters are asked for one by one, so that the mailbox does
// not stop at it.
func bodies(client *imapclient.Client, uids []imap.UID, section *imap.FetchItemBodySection, raws map[imap.UID][]byte, broken map[imap.UID]bool) error {
	if len(uids) == 0 {
		return nil
	}
	cmd := client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	err := collect(cmd, raws)
	switch {
	case err != nil && answered(err) && len(uids) == 1:
		broken[uids[0]] = true
		return nil
	case err != nil && answered(err):
		for _, uid := range uids {
			if err := bodies(client, []imap.UID{uid}, section, raws, broken); err != nil {
				return err
			}
		}
		return nil
	case err != nil:
		return fmt.Errorf("read letters: %w", err)
	}
	return nil
}

// collect reads the letters of a command to the end. It stops for good at a letter that
// breaks off: go-imap's own Collect reads on there, beside its decoder.
func collect(cmd *imapclient.FetchCommand, raws map[imap.UID][]byte) error {
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		var uid imap.UID
		var raw []byte
		for item := m.Next(); item != nil; item = m.Next() {
			switch item := item.(type) {
			case imapclient.FetchItemDataUID:
				uid = item.UID
			case imapclient.FetchItemDataBodySection:
				if item.Literal == nil {
					continue
				}
				var err error
				if raw, err = io.ReadAll(item.Literal); err != nil {
					return err
				}
				if int64(len(raw)) < item.Literal.Size() {
					return io.ErrUnexpectedEOF
				}
			}
		}
		if raw != nil {
			raws[uid] = raw
		}
	}
	return cmd.Close()
}

// markCut names the file at which a letter was cut, so that nobody takes it for whole.
func (l *Letter) markCut() {
	if n := len(l.Attachments); n > 0 {
		l.Attachments[n-1].Name = "incomplete-" + l.Attachments[n-1].Name
	}
}
