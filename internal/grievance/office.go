package grievance

import "time"

// Tier is the kind of an office in the tree of offices.
type Tier string

// The tiers of offices.
const (
	Secretariat    Tier = "secretariat"    // the state cell in the Chief Minister's office
	Headquarters   Tier = "headquarters"   // of a department
	Administration Tier = "administration" // of a district
	FieldOffice    Tier = "field"          // a department's office in a district
	Urban          Tier = "urban"          // a municipal corporation, council or committee, a development authority
)

// Tiers lists every tier, the highest first.
var Tiers = []Tier{Secretariat, Headquarters, Administration, FieldOffice, Urban}

// Office is a unit that can hold cases. DistrictID and DepartmentID are 0 where the
// office is not bound to one.
type Office struct {
	ID           int
	Code         string
	NameEN       string
	NameHI       string
	Tier         Tier
	ParentID     int // 0 for the state cell
	DistrictID   int
	DepartmentID int
	ClosedAt     time.Time
	SuccessorID  int // of a closed office: who has its work; 0: the level above
}

// Open says whether the office is open at the time.
func (o Office) Open(at time.Time) bool { return o.ClosedAt.IsZero() || at.Before(o.ClosedAt) }

// Reaches says whether those who lead the office see the case, by its tier: what ScopeOf
// gives them.
func (o Office) Reaches(c *Case) bool {
	switch o.Tier {
	case Secretariat:
		return true
	case Administration:
		return c.DistrictID == o.DistrictID
	case Headquarters:
		return c.DepartmentID == o.DepartmentID
	}
	return true // those who hold it see the cases of their office
}

// Name is the office's name in the language.
func (o Office) Name(lang string) string { return pick(lang, o.NameEN, o.NameHI) }

// District is a district of the state by its code in the Local Government Directory.
type District struct {
	ID     int // LGD code
	NameEN string
	NameHI string
	Since  time.Time // zero: always
	// FromID is the district that it was carved out of: before Since its cases were there.
	FromID int
}

// Name is the district's name in the language.
func (d District) Name(lang string) string { return pick(lang, d.NameEN, d.NameHI) }

// Place is a town, tehsil, urban body or village below a district.
type Place struct {
	ID         int
	Code       string
	Tier       string // subdistrict, town, village
	NameEN     string
	NameHI     string
	DistrictID int
}

// Name is the place's name in the language.
func (p Place) Name(lang string) string { return pick(lang, p.NameEN, p.NameHI) }

// Department is a department, board or corporation of the state.
type Department struct {
	ID       int
	Code     string
	NameEN   string
	NameHI   string
	ParentID int  // the department that a body stands in, or 0
	Outside  bool // not the state government's: told where to turn, never routed
}

// Name is the department's name in the language.
func (d Department) Name(lang string) string { return pick(lang, d.NameEN, d.NameHI) }

// Subject is what a case is about.
type Subject struct {
	ID           int
	Code         string
	DepartmentID int
	BodyID       int // the body that works on it where that is certain
	CategoryEN   string
	CategoryHI   string
	NameEN       string
	NameHI       string
	KindHint     string
	Urgency      Urgency
	LimitDays    int // working days for the action taken report
	LimitSource  string
	Sensitive    bool
}

// Name is the subject's name in the language.
func (s Subject) Name(lang string) string { return pick(lang, s.NameEN, s.NameHI) }

// Category is the subject's category in the language.
func (s Subject) Category(lang string) string { return pick(lang, s.CategoryEN, s.CategoryHI) }

func pick(lang, en, hi string) string {
	if lang == "hi" && hi != "" {
		return hi
	}
	return en
}

// Officer is a person with an official ID.
type Officer struct {
	ID          ID
	Email       string
	NameEN      string
	NameHI      string
	Language    string // en or hi
	Keys        bool   // single-letter keys are on
	SuspendedAt time.Time
	OwnSettings
}

// Name is the officer's name in the language.
func (o Officer) Name(lang string) string { return pick(lang, o.NameEN, o.NameHI) }

// OwnSettings are what an officer set for own letters and notices.
type OwnSettings struct {
	SignatureEN, SignatureHI string // end of a letter
	// TemplateLanguage is en, hi, or empty: as the citizen wrote.
	TemplateLanguage string
	Mail             MailChoices
	DigestMinute     int // of the working day in India, when the daily mail goes out
}

// Signature is the end of the officer's letters in the language; the other one where
// only that was written.
func (s OwnSettings) Signature(lang string) string {
	if s.SignatureEN == "" {
		return s.SignatureHI
	}
	return pick(lang, s.SignatureEN, s.SignatureHI)
}

// Charge is the post that an officer holds in an office from a date to a date.
type Charge struct {
	ID        ID
	OfficerID ID
	OfficeID  int
	Role      Role
	TitleEN   string
	TitleHI   string
	From      time.Time
	To        time.Time // zero: open
	Duty      bool      // is told of danger at once
	// Additional: held beside another charge until somebody is appointed.
	Additional bool
	// ActingID is the substitute who acts under the charge while its officer is on leave.
	// It is set where the charges of the substitute are listed, else 0.
	ActingID ID
}

// Held says whether the charge is held at the time.
func (c Charge) Held(at time.Time) bool {
	return !at.Before(c.From) && (c.To.IsZero() || at.Before(c.To))
}

// Leave is the absence of the officer of a charge. A substitute acts under the charge
// meanwhile; without one its work passes to the level above.
type Leave struct {
	ID           ID
	ChargeID     ID
	OfficerID    ID
	SubstituteID ID // 0: nobody
	From, To     time.Time
}

// Now says whether the leave runs at the time.
func (l Leave) Now(at time.Time) bool { return l.ID != 0 && !at.Before(l.From) && at.Before(l.To) }

// Title is the title of the charge in the language.
func (c Charge) Title(lang string) string { return pick(lang, c.TitleEN, c.TitleHI) }

// OfficialAccount is ours on a channel.
type OfficialAccount struct {
	ID         int
	Channel    Channel
	Name       string // how we call it
	Handle     string // @handle, page name or mail address
	ExternalID string // the service's id; the address for mail
	OfficeID   int
	CanSend    bool
	Archive    bool // imported posts belong to it; it never sends and is never fetched
	// Acknowledge allows the automatic acknowledgement from this account.
	Acknowledge bool
	// Approval is what needs a second person; what officers of ApproveRoles write always does.
	Approval     Approval
	ApproveRoles []Role
	MaxLength    int // characters of a reply; 0: the channel's own
	Settings     map[string]string
	Secret       []byte // encrypted
	ConnectedAt  time.Time
	StoppedAt    time.Time // signin or forbidden failure: no calls until an administrator acts
	// DisconnectedAt is when an officer took the account away: its posts and cases stay.
	DisconnectedAt   time.Time
	DisconnectReason string
	BudgetMicro      int64 // what it may cost in a month, in millionths of a US dollar; 0: not set
}

// Connected says that the account is one that is read: no archive, and not taken away.
func (a OfficialAccount) Connected() bool { return !a.Archive && a.DisconnectedAt.IsZero() }
