// Package connector says what a channel must do. The channels live below it (x, facebook,
// email), each with its stand-in service beside it. A connector brings posts in, sends
// replies out and knows when it may not; it decides nothing about cases.
package connector

import (
	"context"
	"net/http"
	"time"

	"nivaran/internal/grievance"
)

// Connector serves one official account. What more it can do it shows by the further
// interfaces below.
type Connector interface {
	// Sources lists what there is to poll now: mentions, a mailbox, each open thread.
	// threads are the conversations of open cases at this account, by ThreadID.
	Sources(threads []string) []Source
	// Fetch reads one page of one source after cursor, oldest first where the service
	// allows. The page is stored at once; the cursor moves when Done says that it was the
	// last. Batch.Page carries the state between the pages of one round.
	Fetch(ctx context.Context, src Source, cursor string) (Batch, error)
}

// Source is one thing of an account that is polled with a cursor of its own.
type Source struct {
	Kind string // mentions, thread, feed, comments, tagged, conversations, inbox
	Key  string // the thread or post where Kind needs one
	Page string // continues an unfinished round: Batch.NextPage of the page before
}

// Name is the key of the source's cursor.
func (s Source) Name() string {
	if s.Key == "" {
		return s.Kind
	}
	return s.Kind + ":" + s.Key
}

// Batch is one page of what happened.
type Batch struct {
	Items    []Item
	Raw      []byte // the page as received; empty where every item has its own raw bytes
	Cursor   string // where to go on once Done
	NextPage string // for Source.Page while not Done
	Done     bool
	Budget   Budget
}

// What happened to a post.
const (
	ItemNew     = "new"
	ItemEdited  = "edited"  // a new text; Post.Edits or DedupKey names the earlier one
	ItemGone    = "gone"    // deleted or hidden at the service
	ItemCounted = "counted" // a retweet or reaction of Post.ExternalID
	ItemIgnored = "ignored" // not a post, or a flag such as hidden; Note says what it was
	// ItemUnreadable is kept for a person: Post.Raw as it arrived, where there are bytes.
	ItemUnreadable = "unreadable"
)

// Item is one thing that happened.
type Item struct {
	What string
	Post grievance.Post // for ItemGone and ItemCounted only Channel, ExternalID and DedupKey are set
	At   time.Time      // when the service says that it happened; zero: unknown
	Note string
	// AccountExternalID names the account that saw it where a delivery serves several.
	AccountExternalID string
}

// IsPost says whether the item is about a post.
func (it Item) IsPost() bool { return it.What != ItemIgnored && it.What != ItemUnreadable }

// Budget is what an account may still ask for, as the service said last.
type Budget struct {
	Limit     int // calls per window; 0: not said
	Remaining int
	Reset     time.Time
	Percent   int // used share, where the service tells that instead; slow from 75, stop at 95
	Reads     int // billed reads of this call
	CostMicro int // cost of this call in millionths of a US dollar
}

// Outgoing is a reply as the channel sends it.
type Outgoing struct {
	Text       string
	Title      string         // a letter's subject line
	Way        grievance.Way  // public, private or letter
	To         grievance.Post // the post that is answered (ExternalID, ParentID, ThreadID, Author, Form, Mail)
	Account    string         // our external id there
	Files      []Attachment   // letters only
	MessageID  string         // letters: stable over retries
	References []string       // letters: what our Message-ID answers
	Automatic  bool
	// LastHeard is when the citizen last wrote a private message: Facebook's windows count from it.
	LastHeard time.Time
	Now       time.Time
}

// Attachment is a file that goes with a letter.
type Attachment struct {
	Name string
	Type string
	Data []byte
}

// Sent is what the service said of a published reply.
type Sent struct {
	ExternalID string
	MessageID  string
	URL        string
	At         time.Time
	Budget     Budget
}

// Replier answers posts.
type Replier interface {
	// MaySend says, before anything is written to the network, whether the service would
	// refuse: a *Failure of class Refused whose Key is what the officer is told, or nil.
	MaySend(out Outgoing) error
	// Send publishes once. An error that is not a *Failure, or one of class Doubtful,
	// means that it may or may not have been published.
	Send(ctx context.Context, out Outgoing) (Sent, error)
	// Find looks for our own reply after a doubtful end: by parent, our author and time,
	// never by text. It gives all that we wrote there since, the oldest first; an error
	// when it cannot look.
	Find(ctx context.Context, out Outgoing, since time.Time) ([]Sent, error)
	// Length counts a text as the channel does and gives the most that it takes.
	Length(text string, way grievance.Way) (n, limit int)
}

// Checker asks for posts again: which were edited or deleted at their service.
type Checker interface {
	Check(ctx context.Context, externalIDs []string) (Batch, error)
}

// Subscriber asks its service to push what happens at the account to the webhook at
// address. Asking again changes nothing.
type Subscriber interface {
	Subscribe(ctx context.Context, address string) error
}

// Identified says which account the secret speaks for and what it allows.
type Identified interface {
	Whoami(ctx context.Context) (Standing, error)
}

// Listener waits for news (IDLE). Wait returns nil when there is something to fetch.
type Listener interface {
	Wait(ctx context.Context) error
}

// Receiver takes the webhooks of a channel. One receiver serves all accounts of the app.
type Receiver interface {
	// Challenge answers the service's set-up request, or refuses with an error.
	Challenge(r *http.Request) (body []byte, contentType string, err error)
	// Verify checks the signature over the raw body in constant time.
	Verify(header http.Header, body []byte) error
	// Read translates a stored body. Items of several accounts carry AccountExternalID.
	Read(body []byte) (Batch, error)
}
