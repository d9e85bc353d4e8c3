package console

import "nivaran/internal/web"

// The structs below are what templates of several pages use. They hold words that are
// already in the reader's language: templates choose and repeat, they do not compute.

// link is an address with its name.
type link struct {
	Name, URL string
	Current   bool
}

// fact is a line of a list of facts.
type fact struct{ Name, Value, URL string }

// caseView is a case as the inbox and the case page show it.
type caseView struct {
	Number, Title, URL string
	Back               string // where its acts lead back to
	Helper             *caseHelper
	State              sign
	Clocks             []clock
	Flags              []sign
	Primary            *actLink
	Second             []actLink // beside the first
	Acts               []actLink // all others, in the menu

	Due, DueWhy string
	Ladder      []ladderStep
	LadderNotes []string

	Thread   []message
	Composer *composer
	Report   *reportView

	Road       []roadStep
	People     []person
	Facts      []fact
	References []fact
	Exclusions []string
	NoteFiles  []fileView // of internal notes
	Line       []lineItem
	Latest     []string
	History    []historyDay
	Record     string
}

// actLink leads to an act: its form, or the act itself where nothing is asked.
type actLink struct {
	Name, URL, Icon, Class string
	Direct                 bool
	Key, KeyName           string
	Back                   string
}

// message is one entry of the conversation: words of a citizen or ours, a note, an event.
type message struct {
	Kind, Class, Icon string
	Mark              *mark
	Who, Note         string
	When, Stamp       string
	Title, Text       string
	TextLang          string
	Other             *otherReading
	TranslateURL      string // where its words are translated
	Translate         string
	Gone              string
	Files             []fileView
	Sub               []subline
	Reply             *replyActs
}

// replyActs is what can be done to words that have not gone out; an act without a name is
// not offered.
type replyActs struct {
	ID, URL, Version, Back           string
	Note                             string
	Approve, Return, Why, Edit, Drop string
}

// subline is a small line under a message.
type subline struct {
	Icon, Class, Words, URL string
	Outside                 bool
}

// fileView is something attached.
type fileView struct {
	Name, URL, Size string
	Picture         bool
	WordsURL, Words string // a page of what it says
}

// ladderStep is a line of the explanation of a due time.
type ladderStep struct {
	What, Note, Adds, Then string
	Pause                  bool
}

// roadStep is a station of the case's road.
type roadStep struct{ Class, Icon, Name, Note string }

// person is a complainant.
type person struct {
	Mark       mark
	Name, Note string
	Signs      []sign
}

// lineItem is an office or officer in the line of those who answer for the case.
type lineItem struct{ Name, Note string }

// historyDay is a day of the history, the newest first.
type historyDay struct {
	Name  string
	Lines []historyLine
}

// historyLine is one entry of the history.
type historyLine struct{ Class, Icon, Event, By, Note, Text, When, Stamp string }

// composer is where an officer writes, in one of three plainly different ways.
type composer struct {
	Personal string // pattern of what looks like personal data
	Ways     []way
}

// way is one way to write.
type way struct {
	Key, Letter, Icon, Name string
	Action                  string
	Chosen                  bool
	Says                    string // who hears it
	Closed                  string // why this way is not open
	Limit                   int    // letters of the channel; 0: none
	CountBy, CountWords     string
	To, Accounts            []web.Choice
	Refusals                []refusal
	Names                   string   // the office that is named under the words
	Next                    []string // where none may speak: what else can be done
	Text, TextLang, Hint    string
	Templates               []web.Choice
	Helper                  *wayHelper
	Error                   string
	Warn                    bool
	Send                    string
}

// refusal says why an account cannot speak here.
type refusal struct{ Name, Words string }

// reportView is an action taken report with what its reviewer needs.
type reportView struct {
	ID, Version   string
	Head, Text    string
	State         sign
	Earlier       []earlierReport
	Facts         []fact
	Files         []fileView
	Reason        string
	Gets          []getsLine
	GetsWords     string
	Approve       bool
	CannotApprove string
	ApproveAs     string
	ApproveWords  string
	ApproveURL    string
	BackURL       string
}

// earlierReport is a version that was sent back, or that a citizen disputed.
type earlierReport struct {
	Head, Text, Reason string
	State              sign
	Files              []fileView
}

// getsLine says who gets the answer, how and from whom.
type getsLine struct {
	To, How, From string
	Mark          mark
}

// caseRow is a case in a list.
type caseRow struct {
	ID, URL, Number string
	Mark            mark
	Name            string // of the citizen, or the subject
	Text, TextLang  string
	Age, When       string
	Voices          string
	Current         bool
	Clock           clock
	State           sign
	Office          string
	Flag            *sign
}
