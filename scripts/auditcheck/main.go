// Command auditcheck checks an export of Nivaran's record, as docs/audit-format.md
// describes it, and prints what is wrong. It uses the standard library only and nothing
// of the program's: whoever trusts neither can write another from the same page.
//
//	auditcheck [-heads heads.json] export.zip
//
// It exits with 0 when nothing is wrong, 1 when something is, 2 when it cannot read.
package main

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"hash"
	"io"
	"os"
	"strconv"
	"time"
)

func main() {
	published := flag.String("heads", "", "file of published heads, as /audit/heads.json gives them")
	flag.Parse()
	heads, err := readPublished(*published)
	faults := 0
	if err == nil {
		faults, err = checkFile(flag.Arg(0), heads, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "auditcheck:", err)
		os.Exit(2)
	}
	os.Exit(min(faults, 1))
}

// readPublished reads heads that were kept outside the program: day → hash.
func readPublished(file string) (map[string]string, error) {
	if file == "" {
		return nil, nil
	}
	var list struct{ Heads []line }
	b, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(b, &list)
	}
	all := map[string]string{}
	for _, h := range list.Heads {
		all[h.Day] = h.Hash
	}
	return all, err
}

type manifest struct {
	Format         string
	Texts          bool
	Cases, Entries int64
	OfficeBefore   link   `json:"office_before"`
	OfficeLast     link   `json:"office_last"`
	HeadBefore     string `json:"head_before"`
	HeadLast       string `json:"head_last"`
	Files          map[string]line
}

// link is how far a chain was followed.
type link struct {
	N    int64
	Hash string
}

// daySum is what the cases or the reads of a day come to.
type daySum struct {
	n   int64
	sum sum
}

type checker struct {
	zip         *zip.Reader
	out         io.Writer
	manifest    manifest
	cases       map[string]*daySum
	reads       map[string]*daySum
	office      map[int64]string // hashes that heads name
	seen, lines int64            // cases and their entries
	faults      int
}

func checkFile(name string, published map[string]string, out io.Writer) (int, error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		return 0, err
	}
	defer z.Close()
	c := &checker{zip: &z.Reader, out: out, cases: map[string]*daySum{}, reads: map[string]*daySum{}, office: map[int64]string{}}
	m, err := z.Open("manifest.json")
	if err == nil {
		err = json.NewDecoder(m).Decode(&c.manifest)
	}
	if err == nil && c.manifest.Format != "nivaran-audit/1" {
		err = fmt.Errorf("manifest of an unknown format %q", c.manifest.Format)
	}
	for _, check := range []func() error{c.histories, c.officeLog, c.readLog, func() error { return c.heads(published) }} {
		if err == nil {
			err = check()
		}
	}
	fmt.Fprintf(out, "%d cases, %d entries, %d faults\n", c.seen, c.lines, c.faults)
	return c.faults, err
}

func (c *checker) fault(format string, args ...any) {
	c.faults++
	fmt.Fprintf(c.out, format+"\n", args...)
}

// line is a line of any file; docs/audit-format.md says which of it stands where.
type line struct {
	N, At, First, Last, Entries, Cases, Reads, Lines                          int64
	Case, Before, Head, Day, Writer, Actor, Event, From, To, Data, Commitment string
	Prev, Hash, Salt, What, Subject, Route, SHA256                            string
	Text                                                                      *string
	Withheld                                                                  []struct{ Day, Leaf string }
	Hidden, Erased, Expired                                                   bool
	ActorID                                                                   int64  `json:"actor_id,string"`
	ChargeID                                                                  int64  `json:"charge_id,string"`
	OfficerID                                                                 int64  `json:"officer_id,string"`
	CaseID                                                                    int64  `json:"case_id,string"`
	OfficeID                                                                  int64  `json:"office_id"`
	MadeAt                                                                    int64  `json:"made_at"`
	CasesHash                                                                 string `json:"cases_hash"`
	OfficeN                                                                   int64  `json:"office_n"`
	OfficeHash                                                                string `json:"office_hash"`
	ReadsHash                                                                 string `json:"reads_hash"`
}

// each hands over every line of a file and compares the file with the manifest.
func (c *checker) each(name string, do func(line)) error {
	f, err := c.zip.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	bytes, n := sha256.New(), int64(0)
	r := bufio.NewReaderSize(io.TeeReader(f, bytes), 1<<16)
	for err == nil {
		var text []byte
		if text, err = r.ReadBytes('\n'); len(text) == 0 {
			continue
		}
		n++
		var l line
		if e := json.Unmarshal(text, &l); e != nil {
			c.fault("%s, line %d: not readable", name, n)
		}
		do(l)
	}
	if want := c.manifest.Files[name]; err != io.EOF || n != want.Lines || hex.EncodeToString(bytes.Sum(nil)) != want.SHA256 {
		c.fault("%s, line %d: the file is not the one that the manifest names", name, n)
	}
	return nil
}

// follow compares an entry with the one before it and with its own hash.
func (c *checker) follow(at *link, where string, l line, own string) {
	switch {
	case l.N != at.N+1:
		c.fault("%s, entry %d: entry missing before it", where, l.N)
	case l.Hidden: // its hash alone stands for it
	case l.Prev != at.Hash:
		c.fault("%s, entry %d: chain broken", where, l.N)
	case l.Hash != own:
		c.fault("%s, entry %d: entry changed", where, l.N)
	}
	*at = link{l.N, l.Hash}
}

// ends compares how far a chain was followed with where it should end.
func (c *checker) ends(at link, where string, last int64, head string) {
	if at.N != last || at.Hash != head {
		c.fault("%s, entry %d: it is not the last", where, at.N)
	}
}

func (c *checker) histories() error {
	var now line // the case in hand
	var id, last int64
	var at link
	leaves := map[string][]byte{} // by day
	finish := func() {
		if now.Case != "" {
			c.ends(at, "history, case "+now.Case, now.Last, now.Head)
		}
		for name, leaf := range leaves {
			day := of(c.cases, name)
			day.n++
			day.sum.Write(leaf)
		}
		clear(leaves)
		now, at, id = line{}, link{}, 0
	}
	err := c.each("history.jsonl", func(l line) {
		switch {
		case l.Withheld != nil:
			finish()
			c.seen++
			for _, w := range l.Withheld {
				leaves[w.Day] = unhex(w.Leaf)
			}
		case l.Case != "":
			finish()
			c.seen++
			now, at = l, link{l.First - 1, l.Before}
			if id, _ = strconv.ParseInt(l.Case, 10, 64); id <= last {
				c.fault("history, case %s, entry 0: not in the order of cases", l.Case)
			}
			last = id
		default:
			c.lines++
			c.entry(&at, id, l)
			leaves[dayOf(l.At)] = newSum().number(id).number(l.N).field(unhex(l.Hash)).Sum(nil)
		}
	})
	finish()
	if c.seen != c.manifest.Cases || c.lines != c.manifest.Entries {
		c.fault("history: %d cases and %d entries, and the manifest says %d and %d", c.seen, c.lines, c.manifest.Cases, c.manifest.Entries)
	}
	return err
}

func (c *checker) entry(at *link, id int64, l line) {
	where := fmt.Sprintf("history, case %d", id)
	own := newSum().field(unhex(l.Prev)).number(id).number(l.N).number(l.At).text(l.Actor).number(l.ActorID).number(l.ChargeID).
		text(l.Event).text(l.From).text(l.To).number(l.OfficeID).text(l.Data).field(unhex(l.Commitment))
	c.follow(at, where, l, own.hex())
	switch {
	case l.Text != nil && l.Salt != "":
		if text := sha256.Sum256(append(unhex(l.Salt), *l.Text...)); hex.EncodeToString(text[:]) != l.Commitment {
			c.fault("%s, entry %d: text changed", where, l.N)
		}
	case l.Text != nil || l.Salt != "", c.manifest.Texts && l.Commitment != "" && !l.Erased:
		c.fault("%s, entry %d: text missing", where, l.N)
	}
}

func (c *checker) officeLog() error {
	at := c.manifest.OfficeBefore
	c.office[at.N] = at.Hash
	err := c.each("office_log.jsonl", func(l line) {
		own := newSum().field(unhex(l.Prev)).number(l.N).number(l.At).number(l.ActorID).text(l.Event).text(l.Data)
		c.follow(&at, "office log", l, own.hex())
		c.office[l.N] = l.Hash
	})
	c.ends(at, "office log", c.manifest.OfficeLast.N, c.manifest.OfficeLast.Hash)
	return err
}

func (c *checker) readLog() error {
	var now line
	var at link
	var where string
	err := c.each("read_log.jsonl", func(l line) {
		if l.Day != "" {
			c.ends(at, where, now.Entries, now.Head)
			now, at, where = l, link{}, "read log, "+l.Day+", "+l.Writer
			day := of(c.reads, l.Day)
			day.n += l.Entries
			day.sum.text(l.Writer).number(l.Entries).field(unhex(l.Head))
			if l.Expired { // its entries were kept for their time and have gone
				now.Entries, now.Head = 0, ""
			}
			return
		}
		own := newSum().field(unhex(l.Prev)).text(now.Day).text(now.Writer).number(l.N).number(l.At).number(l.OfficerID).
			number(l.ChargeID).text(l.What).number(l.CaseID).text(l.Subject).text(l.Route).hex()
		c.follow(&at, where, l, own)
	})
	c.ends(at, where, now.Entries, now.Head)
	return err
}

func (c *checker) heads(published map[string]string) error {
	prev := c.manifest.HeadBefore
	err := c.each("heads.jsonl", func(h line) {
		own := newSum().field(unhex(h.Prev)).text(h.Day).number(h.MadeAt).number(h.Cases).field(unhex(h.CasesHash)).
			number(h.OfficeN).field(unhex(h.OfficeHash)).number(h.Reads).field(unhex(h.ReadsHash)).hex()
		cases, reads := of(c.cases, h.Day), of(c.reads, h.Day)
		for why, wrong := range map[string]bool{
			"the day before it is missing or changed": h.Prev != prev,
			"changed":                     h.Hash != own,
			"the cases of the day differ": h.Cases != cases.n || h.CasesHash != cases.sum.hex(),
			"the office log differs":      h.OfficeHash != c.office[h.OfficeN],
			"the read log differs":        h.Reads != reads.n || h.ReadsHash != reads.sum.hex(),
			"not the one published":       published[h.Day] != "" && published[h.Day] != h.Hash,
		} {
			if wrong {
				c.fault("daily head of %s: %s", h.Day, why)
			}
		}
		prev = h.Hash
	})
	c.ends(link{0, prev}, "daily heads", 0, c.manifest.HeadLast)
	return err
}

// sum is SHA-256 over numbers of eight bytes, the highest first, and fields with their lengths.
type sum struct{ hash.Hash }

func newSum() sum { return sum{sha256.New()} }

func (s sum) number(v int64) sum {
	_ = binary.Write(s, binary.BigEndian, v) // a hash never fails
	return s
}

func (s sum) field(b []byte) sum {
	s.number(int64(len(b))).Write(b)
	return s
}

func (s sum) text(t string) sum { return s.field([]byte(t)) }

func (s sum) hex() string { return hex.EncodeToString(s.Sum(nil)) }

func of(all map[string]*daySum, day string) *daySum {
	if all[day] == nil {
		all[day] = &daySum{sum: newSum()}
	}
	return all[day]
}

// unhex gives the bytes that a text stands for; of what is no hash, what can be read.
func unhex(s string) []byte {
	b, _ := hex.DecodeString(s)
	return b
}

// dayOf is the day in India of a moment.
func dayOf(at int64) string {
	return time.UnixMilli(at).In(time.FixedZone("IST", 330*60)).Format("2006-01-02")
}
