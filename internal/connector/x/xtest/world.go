package xtest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// User is somebody with an account at X, one of ours or a citizen.
type User struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Username     string `json:"username"`
	Verified     bool   `json:"verified"`
	VerifiedType string `json:"verified_type,omitempty"` // blue, business, government
	Protected    bool   `json:"protected"`
	Location     string `json:"location,omitempty"`
	// Premium accounts write up to 25,000 characters.
	Premium bool `json:"-"`
	// Suspended accounts vanish from answers, their posts too.
	Suspended bool `json:"-"`
}

// Media is a picture or film of a post.
type Media struct {
	Type string `json:"type"` // photo, video, animated_gif
	URL  string `json:"url,omitempty"`
	Alt  string `json:"alt_text,omitempty"`
}

// Post is one version of a post at X, seen from the inside.
type Post struct {
	ID       string    `json:"id"`
	AuthorID string    `json:"author_id"`
	Author   string    `json:"author"` // handle
	Text     string    `json:"text"`   // as it was written and as X shows it
	Lang     string    `json:"lang,omitempty"`
	At       time.Time `json:"at"`
	ThreadID string    `json:"thread_id"`
	ReplyTo  string    `json:"reply_to,omitempty"`
	Quotes   string    `json:"quotes,omitempty"`
	Retweets string    `json:"retweets,omitempty"`
	Media    []Media   `json:"media,omitempty"`
	// Carried are the handles that X puts before the text of a reply.
	Carried []string `json:"carried,omitempty"`
	// Edits are the ids of all versions, oldest first.
	Edits    []string `json:"edits"`
	Withheld []string `json:"withheld,omitempty"` // countries
	Deleted  bool     `json:"deleted,omitempty"`
	API      bool     `json:"api,omitempty"` // made by our program, not by a citizen

	n         uint64   // the id as a number
	named     []string // ids of users that the text itself names
	mentioned []string // those and the carried ones
}

// latest tells whether p is the newest version of its post.
func (p *Post) latest() bool { return p.Edits[len(p.Edits)-1] == p.ID }

// Draft is what a citizen may add to a post's text.
type Draft struct {
	ReplyTo  string    `json:"reply_to,omitempty"`
	Quotes   string    `json:"quotes,omitempty"`
	Retweets string    `json:"retweets,omitempty"`
	Mentions []string  `json:"mentions,omitempty"` // handles put before the text
	Lang     string    `json:"lang,omitempty"`     // guessed from the script when empty
	At       time.Time `json:"at,omitzero"`        // now when zero
	Media    []Media   `json:"media,omitempty"`
}

// AddUser makes an account; u.ID and u.Name may be empty. A handle that exists keeps its
// account.
func (s *Server) AddUser(u User) User {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.handles[strings.ToLower(u.Username)]; old != nil {
		return *old
	}
	if u.ID == "" {
		u.ID = s.newID(s.opts.Now())
	}
	u.Name = cmp.Or(u.Name, u.Username)
	s.users[u.ID], s.handles[strings.ToLower(u.Username)] = &u, &u
	return u
}

// Suspend hides a user and the user's posts, as X does with accounts it bars.
func (s *Server) Suspend(handle string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.handles[strings.ToLower(handle)]; u != nil {
		u.Suspended = true
	}
}

// Post publishes a citizen's post; author is a handle. Nothing is checked but that
// author and the posts that it refers to exist: citizens write in X's own app.
func (s *Server) Post(author, text string, d Draft) (Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.handles[strings.ToLower(author)]
	if u == nil {
		return Post{}, fmt.Errorf("post: no user %q", author)
	}
	for i := len(d.Mentions) - 1; i >= 0; i-- {
		text = "@" + strings.TrimPrefix(d.Mentions[i], "@") + " " + text
	}
	p, err := s.add(u, text, d, false)
	if err != nil {
		return Post{}, err
	}
	return *p, nil
}

// Edit gives a post a new text, and with it a new id.
func (s *Server) Edit(id, text string) (Post, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.byID[id]
	if old == nil || old.Deleted {
		return Post{}, fmt.Errorf("edit: no post %q", id)
	}
	old = s.byID[old.Edits[len(old.Edits)-1]]
	p := *old
	p.Text, p.At = text, s.opts.Now().UTC()
	p.ID = s.newID(p.At)
	p.Edits = append(slices.Clone(old.Edits), p.ID)
	for _, v := range old.Edits {
		s.byID[v].Edits = p.Edits
	}
	s.insert(&p)
	s.announce(&p)
	return p, nil
}

// Delete takes a post away with all its versions. Its replies stay.
func (s *Server) Delete(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.byID[id]
	if p == nil {
		return fmt.Errorf("delete: no post %q", id)
	}
	for _, v := range p.Edits {
		s.byID[v].Deleted = true
	}
	return nil
}

// Withhold hides a post in countries, by their codes.
func (s *Server) Withhold(id string, countries ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.byID[id]
	if p == nil {
		return fmt.Errorf("withhold: no post %q", id)
	}
	for _, v := range p.Edits {
		s.byID[v].Withheld = countries
	}
	return nil
}

// Thread lists what is public in a conversation, oldest first.
func (s *Server) Thread(id string) []Post {
	return s.list(func(p *Post) bool { return p.ThreadID == id })
}

// Posts lists all that is public, oldest first.
func (s *Server) Posts() []Post { return s.list(func(*Post) bool { return true }) }

// Replies lists what was ever published through the API under a post, deleted ones
// too: more than one of the same text is what must never happen.
func (s *Server) Replies(parent string) []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Post
	for _, p := range s.posts {
		if p.API && p.ReplyTo == parent {
			out = append(out, *p)
		}
	}
	return out
}

// ReplyCounts counts the posts made through the API by the post that they answer.
func (s *Server) ReplyCounts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for _, p := range s.posts {
		if p.API && p.ReplyTo != "" {
			out[p.ReplyTo]++
		}
	}
	return out
}

func (s *Server) list(keep func(*Post) bool) []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Post{}
	for _, p := range s.posts {
		if s.visible(p) && p.latest() && keep(p) {
			out = append(out, *p)
		}
	}
	return out
}

// visible tells whether anybody still sees p.
func (s *Server) visible(p *Post) bool { return !p.Deleted && !s.users[p.AuthorID].Suspended }

// add publishes a post of u and queues its events.
func (s *Server) add(u *User, text string, d Draft, api bool) (*Post, error) {
	at := d.At
	if at.IsZero() {
		at = s.opts.Now()
	}
	p := &Post{
		AuthorID: u.ID, Author: u.Username, Text: text, Lang: cmp.Or(d.Lang, language(text)),
		At: at.UTC().Truncate(time.Millisecond), ReplyTo: d.ReplyTo, Quotes: d.Quotes, Retweets: d.Retweets,
		Media: d.Media, API: api,
	}
	for _, ref := range []string{d.ReplyTo, d.Quotes, d.Retweets} {
		if ref != "" && s.byID[ref] == nil {
			return nil, fmt.Errorf("post: no post %q to refer to", ref)
		}
	}
	p.ID = s.newID(at)
	p.ThreadID, p.Edits = p.ID, []string{p.ID}
	if parent := s.byID[d.ReplyTo]; parent != nil {
		p.ThreadID = parent.ThreadID
		p.Carried = s.carried(u, parent, text)
	}
	s.insert(p)
	s.announce(p)
	return p, nil
}

// carried lists the handles that X puts before a reply by u: the parent's author and
// whom the parent mentions, but u and those that the text names anyway.
func (s *Server) carried(u *User, parent *Post, text string) []string {
	named := s.usersNamed(text)
	var out []string
	for _, id := range append([]string{parent.AuthorID}, parent.mentioned...) {
		if h := s.users[id].Username; id != u.ID && !slices.Contains(named, id) && !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	return out
}

// insert puts p at its place and notes whom it mentions.
func (s *Server) insert(p *Post) {
	p.n, _ = strconv.ParseUint(p.ID, 10, 64)
	p.named = s.usersNamed(p.Text)
	p.mentioned = slices.Clone(p.named)
	for _, h := range p.Carried {
		p.mentioned = append(p.mentioned, s.handles[strings.ToLower(h)].ID)
	}
	i, _ := slices.BinarySearchFunc(s.posts, p.n, func(q *Post, n uint64) int { return cmp.Compare(q.n, n) })
	s.posts = slices.Insert(s.posts, i, p)
	s.byID[p.ID] = p
}

// snowflakeEpoch is where X's ids begin: milliseconds since then, shifted by 22 bits.
const snowflakeEpoch = 1288834974657

func (s *Server) newID(at time.Time) string {
	s.seq++
	return strconv.FormatUint(uint64(at.UnixMilli()-snowflakeEpoch)<<22|s.seq&(1<<22-1), 10)
}
