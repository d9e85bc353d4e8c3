package grievance

import "time"

// Channel is an outside service through which citizens speak.
type Channel string

// The channels of this version.
const (
	X        Channel = "x"
	Facebook Channel = "facebook"
	Email    Channel = "email"
)

// Form is how a post came.
type Form string

// The forms of a post.
const (
	Mention  Form = "mention"
	Comment  Form = "comment"
	PagePost Form = "page_post"
	Message  Form = "message"
	Mail     Form = "mail"
)

// Direction tells a citizen's words from our own.
type Direction string

// The directions of a post.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Author is who wrote a post, as far as the channel says. Any field may be missing.
type Author struct {
	ID         ID // 0 until stored
	ExternalID string
	Handle     string
	Name       string
	URL        string
	Verified   bool
	Official   bool // another government or one of ours: never acknowledged
}

// Media is a picture, film or file of a post.
type Media struct {
	Kind string `json:"kind"` // photo, video, file
	URL  string `json:"url,omitempty"`
	Alt  string `json:"alt,omitempty"`
	Name string `json:"name,omitempty"`
	Type string `json:"type,omitempty"`
	Size int64  `json:"size,omitempty"`
	// Data holds the bytes when they came with the post (mail); FileHash names them
	// once they are kept.
	Data     []byte `json:"-"`
	FileHash string `json:"file,omitempty"`
}

// Point is where a post says it was written.
type Point struct {
	Name    string  `json:"name,omitempty"`
	Country string  `json:"country,omitempty"`
	Lat     float64 `json:"lat,omitempty"`
	Lon     float64 `json:"lon,omitempty"`
}

// MailFacts is what only a letter has.
type MailFacts struct {
	MessageID    string   `json:"message_id,omitempty"`
	From         string   `json:"from,omitempty"` // address
	To           []string `json:"to,omitempty"`
	InReplyTo    string   `json:"in_reply_to,omitempty"`
	References   []string `json:"references,omitempty"`
	Automatic    bool     `json:"automatic,omitempty"`     // out of office, list, loop: never answered, never reopens
	DMARCFail    bool     `json:"dmarc_fail,omitempty"`    // joins no case alone, confirms nothing
	DMARCPass    bool     `json:"dmarc_pass,omitempty"`    // said by our own mail server
	BounceOf     string   `json:"bounce_of,omitempty"`     // our Message-ID that came back
	BounceStatus string   `json:"bounce_status,omitempty"` // 5.1.1; 4.x.x waits
	BouncedTo    string   `json:"bounced_to,omitempty"`
	HTML         string   `json:"html,omitempty"` // cleaned
	Repaired     bool     `json:"charset_repaired,omitempty"`
	LegacyFont   bool     `json:"legacy_font,omitempty"` // Hindi only in a font older than Unicode
	KrutiDev     bool     `json:"kruti_dev,omitempty"`   // and it names Kruti Dev or one with its keyboard
	Forwarded    bool     `json:"forwarded,omitempty"`
}

// Post is a message as it arrived at an official account, or as it left one.
type Post struct {
	ID      ID // 0 until stored
	Channel Channel
	// ExternalID is the service's id, DedupKey what makes the post one on its channel,
	// Edits are the keys of its earlier versions.
	ExternalID string
	DedupKey   string
	Edits      []string
	// ThreadID names the conversation; ParentID the post that it answers, by external id.
	ThreadID string
	ParentID string
	Form     Form
	Public   bool
	Author   Author
	Title    string // a letter's subject line
	// Text is what to read; FullText is all that arrived, quotes and signature included.
	Text     string
	FullText string
	Lang     string // as the service says: a hint only
	PostedAt time.Time
	URL      string
	Media    []Media
	Place    Point
	// Mentions are the external ids of the accounts that the text itself names (not the
	// handles that a reply carries along): who of ours may answer on X.
	Mentions  []string
	Quotes    string // external id of the post that it quotes
	Retweet   bool   // a bare repeat of another post
	Direction Direction
	Mail      *MailFacts
	Raw       []byte // as received
}

// Sorted says how far a stored post has come.
type Sorted string

// The stages of a stored post.
const (
	SortNew    Sorted = "new"    // stored, not yet read by the sorter
	SortAsk    Sorted = "ask"    // pre-chosen, waits for a clerk
	SortCase   Sorted = "case"   // opened or joined a case
	SortKept   Sorted = "kept"   // not a grievance: kept with its reason
	SortOwn    Sorted = "own"    // our own words
	SortFailed Sorted = "failed" // the sorter failed on it; a clerk reads it as it is
)

// StoredPost is a post with what became of it.
type StoredPost struct {
	Post
	ReceivedAt time.Time
	Sorted     Sorted
	Verdict    Verdict
	CaseID     ID // 0 without a case
	Urgency    Urgency
	GoneAt     time.Time // deleted at its service
	ErasedAt   time.Time // blanked here
	Imported   bool      // from an archive: nothing is sent for it
	Accounts   []int     // the official accounts that saw it
	Copies     int       // verbatim copies by the same author folded into it
	Version    int
}

// Kind is what a post or case is.
type Kind string

// The kinds; only a post can be NotForUs.
const (
	Grievance  Kind = "grievance"
	Suggestion Kind = "suggestion"
	Query      Kind = "query"
	Praise     Kind = "praise"
	NotForUs   Kind = "not_for_us"
)

// Urgency orders the desk.
type Urgency string

// The urgencies. Danger goes to the duty officer at once.
const (
	Ordinary Urgency = "ordinary"
	Urgent   Urgency = "urgent"
	Danger   Urgency = "danger"
)

// Weight orders urgencies: danger first.
func (u Urgency) Weight() int {
	switch u {
	case Danger:
		return 2
	case Urgent:
		return 1
	}
	return 0
}

// Candidate is one possible reading of a post: subject and department by their codes.
type Candidate struct {
	Subject    string  `json:"subject"`
	Department string  `json:"department"`
	Confidence float64 `json:"confidence"`
}

// Reason is a cue that a clerk can check: the words of the post and what they say.
type Reason struct {
	Start int    `json:"start"` // byte offsets in Text; both 0 when the cue is not in the text
	End   int    `json:"end"`
	Words string `json:"words"`
	Says  string `json:"says"` // department, subject, district, urgency, kind, language, against_officer
	Code  string `json:"code"`
}

// Verdict is what the sorter made of a post, each part with its confidence in 0…1.
type Verdict struct {
	Kind           Kind    `json:"kind"`
	KindConfidence float64 `json:"kind_confidence"`
	NotReason      string  `json:"not_reason,omitempty"` // spam, politics, abuse, news, authority, automatic, other_government, court_or_service; of a grievance: proposed
	Language       string  `json:"language"`
	// Department is the topmost department whose matter it is; its confidence is the sum
	// over all its subjects, also those that are no candidates.
	Department           string      `json:"department,omitempty"`
	DepartmentConfidence float64     `json:"department_confidence,omitempty"`
	Candidates           []Candidate `json:"candidates,omitempty"`
	District             int         `json:"district,omitempty"` // LGD code, 0 when the text does not decide
	DistrictConfidence   float64     `json:"district_confidence,omitempty"`
	Places               []PlaceCue  `json:"places,omitempty"`
	Urgency              Urgency     `json:"urgency"`
	AgainstOfficer       bool        `json:"against_officer,omitempty"`
	Sensitive            bool        `json:"sensitive,omitempty"`
	Reasons              []Reason    `json:"reasons,omitempty"`
	// CopyOf is a post that this one repeats; FollowUp the case that it belongs to.
	CopyOf   ID `json:"copy_of,omitempty"`
	FollowUp ID `json:"follow_up,omitempty"`
	// Model is the version of the model that read the post, 0 for the shipped one; Before
	// what it said, where a person said otherwise.
	Model  int        `json:"model,omitempty"`
	Before *Overruled `json:"before,omitempty"`
	// Alone is the decision that the program took by itself, or would have but asked.
	Alone AloneDecision `json:"alone,omitempty"`
}

// PlaceCue is a place that the text names.
type PlaceCue struct {
	Tier       string  `json:"tier"` // state, district, subdistrict, town, village
	Name       string  `json:"name"`
	Code       string  `json:"code,omitempty"`
	Confidence float64 `json:"confidence"`
}
