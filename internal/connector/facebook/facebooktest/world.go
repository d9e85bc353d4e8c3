package facebooktest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// User is a citizen. Nobody but the stand-in knows ID: a page sees the id that ScopedID gives.
type User struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Page is an official page.
type Page struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Token string `json:"-"`
	// Scopes are the permissions that Meta granted; all that Nivaran needs when nil.
	Scopes []string `json:"-"`

	dead       bool      // the token was withdrawn
	used       int       // percent, for the usage header
	regain     int       // minutes
	subscribed []string  // fields that the webhook is told of
	ends       time.Time // of the consent behind the token; zero: never
}

// permissions are what a page's token needs for the calls of this stand-in.
const permissions = "pages_show_list pages_manage_metadata pages_read_engagement pages_read_user_content pages_manage_engagement pages_messaging"

// The kinds of what is said.
const (
	KindPost    = "post"
	KindComment = "comment"
	KindMessage = "message"
)

// Post is a post, a comment or a message at Facebook, seen from the inside.
type Post struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	PageID string `json:"page_id,omitempty"` // whose wall or inbox; empty on a citizen's own wall
	Author string `json:"author"`            // name
	// FromPage: the page itself said it; API: through the API, so our program.
	FromPage bool      `json:"from_page,omitempty"`
	API      bool      `json:"api,omitempty"`
	Text     string    `json:"text"`
	At       time.Time `json:"at"`
	Updated  time.Time `json:"updated"`
	// ThreadID is the post of a comment and the conversation of a message; ParentID what
	// a comment or message answers.
	ThreadID string   `json:"thread_id"`
	ParentID string   `json:"parent_id,omitempty"`
	To       string   `json:"to,omitempty"`     // name of the citizen in a conversation
	Tags     []string `json:"tags,omitempty"`   // pages that it names
	Photos   []string `json:"photos,omitempty"` // addresses
	Hidden   bool     `json:"hidden,omitempty"`
	Removed  bool     `json:"removed,omitempty"`
}

// Draft is what a citizen may add to a text.
type Draft struct {
	At     time.Time `json:"at,omitzero"`      // now when zero
	Tags   []string  `json:"tags,omitempty"`   // page ids that it names
	Photos []string  `json:"photos,omitempty"` // addresses
}

// AddUser makes a citizen; a name that exists keeps its account.
func (s *Server) AddUser(name string) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.user(name)
}

func (s *Server) user(name string) *User {
	u := s.users[name]
	if u == nil {
		u = &User{ID: "2000" + s.next(), Name: name}
		s.users[name] = u
	}
	return u
}

// AddPage makes a page; ID and Token may be empty.
func (s *Server) AddPage(p Page) Page {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ID == "" {
		p.ID = "1000" + s.next()
	}
	p.Token = cmp.Or(p.Token, "page-token-"+p.ID)
	if p.Scopes == nil {
		p.Scopes = strings.Fields(permissions)
	}
	s.pages[p.ID] = &p
	return p
}

// KillToken withdraws a page's token: its owner changed the password or left.
func (s *Server) KillToken(page string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.pages[page]; p != nil {
		p.dead = true
	}
}

// SetUsage tells in every answer to a page how much of its calls is used. From 100 on
// calls are refused, and regain is when they may come again.
func (s *Server) SetUsage(page string, percent int, regain time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pages[page]
	p.used, p.regain = percent, int(regain/time.Minute)
}

// ScopedID is the id under which a page knows a citizen: another one at every page.
func (s *Server) ScopedID(page, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scopedID(page, name)
}

func (s *Server) scopedID(page, name string) string {
	key := [2]string{page, name}
	if s.scoped[key] == "" {
		s.scoped[key] = "7000" + s.next()
	}
	return s.scoped[key]
}

// VisitorPost writes on a page's wall; a page that speaks there itself gives its name.
func (s *Server) VisitorPost(page, author, text string, d Draft) (Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pages[page] == nil {
		return Post{}, fmt.Errorf("post: no page %q", page)
	}
	p := &Post{ID: page + "_" + s.next(), Kind: KindPost, PageID: page}
	p.ThreadID = p.ID
	return s.say(p, author, text, d, "add"), nil
}

// OwnPost writes on the author's own wall, naming pages by Draft.Tags.
func (s *Server) OwnPost(author, text string, d Draft) (Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, tag := range d.Tags {
		if s.pages[tag] == nil {
			return Post{}, fmt.Errorf("post: no page %q to name", tag)
		}
	}
	p := &Post{ID: s.user(author).ID + "_" + s.next(), Kind: KindPost}
	p.ThreadID = p.ID
	return s.say(p, author, text, d, "add"), nil
}

// Comment writes under a post or comment. What answers a reply goes under its parent:
// there is one level of replies.
func (s *Server) Comment(on, author, text string, d Draft) (Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.under(on)
	if err != nil {
		return Post{}, err
	}
	return s.say(p, author, text, d, "add"), nil
}

// under is a new comment at its place.
func (s *Server) under(on string) (*Post, error) {
	parent := s.byID[on]
	if parent == nil || parent.Removed || parent.Kind == KindMessage {
		return nil, fmt.Errorf("comment: no post %q", on)
	}
	if parent.nested() {
		parent = s.byID[parent.ParentID]
	}
	_, number, _ := cut(parent.ThreadID)
	return &Post{ID: number + "_" + s.next(), Kind: KindComment, PageID: parent.PageID, ThreadID: parent.ThreadID, ParentID: parent.ID}, nil
}

// nested tells whether p is a reply to a comment.
func (p *Post) nested() bool { return p.Kind == KindComment && p.ParentID != p.ThreadID }

// say keeps p and tells the webhook.
func (s *Server) say(p *Post, author, text string, d Draft, verb string) Post {
	if page := s.pages[p.PageID]; page != nil && author == page.Name {
		p.FromPage = true
	} else {
		s.user(author)
	}
	p.Author, p.Text, p.Tags, p.Photos = author, text, d.Tags, d.Photos
	if p.At = d.At.UTC().Truncate(time.Second); d.At.IsZero() {
		p.At = s.now()
	}
	p.Updated = p.At
	s.posts = append(s.posts, p)
	s.byID[p.ID] = p
	if p.Kind == KindComment {
		s.byID[p.ThreadID].touch(p.At)
	}
	s.announce(p, verb)
	return *p
}

func (p *Post) touch(at time.Time) {
	if at.After(p.Updated) {
		p.Updated = at
	}
}

// Edit gives a post or comment a new text under the same id.
func (s *Server) Edit(id, text string) error {
	return s.change(id, "edited", func(p *Post) {
		p.Text = text
		p.touch(s.now())
	})
}

// Remove deletes a post, with its comments, a comment or a message.
func (s *Server) Remove(id string) error {
	return s.change(id, "remove", s.remove)
}

func (s *Server) remove(p *Post) {
	for _, q := range s.posts {
		q.Removed = q.Removed || q == p || p.Kind != KindMessage && (q.ThreadID == p.ID || q.ParentID == p.ID)
	}
}

// Hide takes a comment from the sight of others, or shows it again.
func (s *Server) Hide(id string, hidden bool) error {
	return s.change(id, hideVerb(hidden), func(p *Post) { p.Hidden = hidden })
}

func hideVerb(hidden bool) string {
	if hidden {
		return "hide"
	}
	return "unhide"
}

func (s *Server) change(id, verb string, f func(*Post)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.byID[id]
	if p == nil || p.Removed {
		return fmt.Errorf("%s: no post %q", verb, id)
	}
	f(p)
	s.announce(p, verb)
	return nil
}

// Message writes into a page's inbox.
func (s *Server) Message(page, author, text string, d Draft) (Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pages[page] == nil {
		return Post{}, fmt.Errorf("message: no page %q", page)
	}
	return s.say(s.letter(page, author), author, text, d, "add"), nil
}

// Echo is a message that the page's people wrote in Facebook's own inbox.
func (s *Server) Echo(page, to, text string) (Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pages[page] == nil {
		return Post{}, fmt.Errorf("echo: no page %q", page)
	}
	return s.say(s.letter(page, to), s.pages[page].Name, text, Draft{}, "add"), nil
}

// letter is a new message in the conversation of a citizen with a page.
func (s *Server) letter(page, citizen string) *Post {
	return &Post{ID: "m_" + s.next(), Kind: KindMessage, PageID: page, To: citizen, ThreadID: "t_" + s.scopedID(page, citizen)}
}

// Pages lists the pages, the first made first.
func (s *Server) Pages() []Page {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Page{}
	for _, p := range s.pages {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Page) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Posts lists everything that is there, oldest first.
func (s *Server) Posts() []Post {
	return s.copies(func(*Post) bool { return true })
}

// Thread lists what is there of a post's or message's conversation, oldest first.
func (s *Server) Thread(id string) []Post {
	return s.copies(func(p *Post) bool { return p.ThreadID == id })
}

func (s *Server) copies(keep func(*Post) bool) []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Post{}
	for _, p := range slices.Backward(s.match(keep)) {
		out = append(out, *p)
	}
	return out
}

// ReplyCounts counts what was sent through the API by the post, comment or message that
// it answers, removed replies too. An answer to a reply counts for the comment above both.
func (s *Server) ReplyCounts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for id, n := range s.sent {
		out[id] = n
	}
	return out
}
