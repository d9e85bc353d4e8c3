package grievance

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// Entry is one line of a case's history. It is never changed; Text lies beside it, and
// the entry holds a salted commitment to it, so that erasing the text leaves the chain whole.
type Entry struct {
	CaseID   ID
	N        int
	At       time.Time
	Actor    ActorKind
	ActorID  ID
	ChargeID ID
	Event    Event
	From, To State
	OfficeID int
	Data     string // JSON of ids and codes, no words of persons
	Text     string // free text; erasable
	Salt     []byte
	Commit   []byte // SHA-256 over salt and text; empty without text
	Prev     []byte
	Hash     []byte
}

// Commitment binds a text to its entry without revealing it.
func Commitment(salt []byte, text string) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// Sum is the hash of the entry: plain SHA-256 over the lengths and bytes of every field
// in the order below, with Prev first.
func (e *Entry) Sum() []byte {
	h := sha256.New()
	field := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	num := func(v int64) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(v))
		h.Write(n[:])
	}
	field(e.Prev)
	num(int64(e.CaseID))
	num(int64(e.N))
	num(e.At.UnixMilli())
	field([]byte(e.Actor))
	num(int64(e.ActorID))
	num(int64(e.ChargeID))
	field([]byte(e.Event))
	field([]byte(e.From))
	field([]byte(e.To))
	num(int64(e.OfficeID))
	field([]byte(e.Data))
	field(e.Commit)
	return h.Sum(nil)
}

// HashText is the printable form of a hash.
func HashText(b []byte) string { return hex.EncodeToString(b) }
