package grievance

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"time"
)

// Chain is SHA-256 over what is added to it, as docs/audit-format.md writes it down: a
// field as its length and its bytes, a number as eight bytes.
type Chain struct{ h hash.Hash }

// NewChain begins a sum.
func NewChain() Chain { return Chain{sha256.New()} }

// Field adds bytes with their length before them.
func (c Chain) Field(b []byte) {
	c.Number(int64(len(b)))
	c.h.Write(b)
}

// Text adds a text as a field.
func (c Chain) Text(s string) { c.Field([]byte(s)) }

// Number adds eight bytes, the highest first.
func (c Chain) Number(v int64) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(v))
	c.h.Write(n[:])
}

// Raw adds bytes as they are: another sum, whose length is known.
func (c Chain) Raw(b []byte) { c.h.Write(b) }

// Sum is the hash of what was added so far.
func (c Chain) Sum() []byte { return c.h.Sum(nil) }

// HashText is the printable form of a hash.
func HashText(b []byte) string { return hex.EncodeToString(b) }

// OfficeEntry is one line of the log of what was done to the organisation: accounts,
// officers, charges, roles, holds.
type OfficeEntry struct {
	N     int64
	At    time.Time
	Actor ID     // officer; 0 for the program or its command line
	Event string // noun.verb
	Data  string // JSON of ids and codes
	Prev  []byte
	Hash  []byte
}

// Sum is the hash of the entry.
func (e *OfficeEntry) Sum() []byte {
	c := NewChain()
	c.Field(e.Prev)
	c.Number(e.N)
	c.Number(e.At.UnixMilli())
	c.Number(int64(e.Actor))
	c.Text(e.Event)
	c.Text(e.Data)
	return c.Sum()
}

// What an officer read.
const (
	ReadCase   = "case"   // the page of a case, with its conversation
	ReadPost   = "post"   // a post at the sorting desk
	ReadFile   = "file"   // a file of a case; the subject is its hash
	ReadSearch = "search" // a page of what a search found; the subject is the search and the cases shown
	ReadList   = "list"   // a page of a list that shows names; the subject is the list and how many rows
	ReadExport = "export" // a download; the subject says of what
	ReadLost   = "lost"   // entries that could not be written; the subject is how many
)

// ReadKinds lists what can be read.
var ReadKinds = []string{ReadCase, ReadPost, ReadFile, ReadSearch, ReadList, ReadExport, ReadLost}

// Read is one line of the read log: who saw which personal data, when and by which way.
// It never holds words.
type Read struct {
	Day       string // of the chain, in India: when it was written
	Writer    string // the running program that wrote it
	N         int64  // in the chain of day and writer
	At        time.Time
	OfficerID ID
	ChargeID  ID
	What      string
	CaseID    ID // 0: of no case
	Subject   string
	Route     string // pattern of the route, or the command
	Prev      []byte
	Hash      []byte
}

// Sum is the hash of the entry.
func (e *Read) Sum() []byte {
	c := NewChain()
	c.Field(e.Prev)
	c.Text(e.Day)
	c.Text(e.Writer)
	c.Number(e.N)
	c.Number(e.At.UnixMilli())
	c.Number(int64(e.OfficerID))
	c.Number(int64(e.ChargeID))
	c.Text(e.What)
	c.Number(int64(e.CaseID))
	c.Text(e.Subject)
	c.Text(e.Route)
	return c.Sum()
}

// ReadChain is where the chain of a day and writer ends.
type ReadChain struct {
	Day, Writer string
	Entries     int64
	Head        []byte
}

// DailyHead seals a day in India: what any later change of that day contradicts.
type DailyHead struct {
	Day        string
	Until      time.Time // the end of the day
	MadeAt     time.Time
	Cases      int64  // with an entry of that day
	CasesHash  []byte // over their leaves, by case
	OfficeN    int64  // the office log's last entry when the head was made
	OfficeHash []byte
	Reads      int64  // entries of the read log of that day
	ReadsHash  []byte // over its chains, by writer
	Prev       []byte // the day before
	Hash       []byte
}

// Sum is the hash of the head.
func (h *DailyHead) Sum() []byte {
	c := NewChain()
	c.Field(h.Prev)
	c.Text(h.Day)
	c.Number(h.MadeAt.UnixMilli())
	c.Number(h.Cases)
	c.Field(h.CasesHash)
	c.Number(h.OfficeN)
	c.Field(h.OfficeHash)
	c.Number(h.Reads)
	c.Field(h.ReadsHash)
	return c.Sum()
}

// Leaf stands for a case in the sum of a day: its last entry of that day.
func Leaf(c ID, n int, hash []byte) []byte {
	s := NewChain()
	s.Number(int64(c))
	s.Number(int64(n))
	s.Field(hash)
	return s.Sum()
}

// AddChain adds the chain to the sum of a day's reads.
func (c Chain) AddChain(r ReadChain) {
	c.Text(r.Writer)
	c.Number(r.Entries)
	c.Field(r.Head)
}

// IndianDay is the day of the moment in India, 2026-11-02.
func IndianDay(t time.Time) string { return t.In(India).Format(dayForm) }

// IndianMonth is the month of the moment in India, 202611.
func IndianMonth(t time.Time) int {
	t = t.In(India)
	return 100*t.Year() + int(t.Month())
}

// DayStart is the moment at which a day begins in India; ErrNotFound when it is none.
func DayStart(day string) (time.Time, error) {
	t, err := time.ParseInLocation(dayForm, day, India)
	if err != nil {
		return time.Time{}, ErrNotFound
	}
	return t, nil
}

// NextDay is the day after.
func NextDay(start time.Time) time.Time { return start.In(India).AddDate(0, 0, 1) }
