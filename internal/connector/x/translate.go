package x

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// unescape undoes the only escapes that X puts into texts.
var unescape = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")

// items translates the posts of a page, in its order. ours are our accounts' ids. An
// element that cannot be read is kept with its bytes, so that one odd
// post never stops an account.
func items(p page, ours []string) ([]connector.Item, error) {
	list, err := p.posts()
	if err != nil {
		return nil, err
	}
	in := p.Includes.read()
	out := make([]connector.Item, 0, len(list))
	for _, raw := range list {
		it, err := item(raw, in, ours)
		if err != nil {
			it = connector.Item{What: connector.ItemUnreadable, Note: "unreadable post", Post: grievance.Post{Channel: grievance.X, Raw: raw}}
		}
		out = append(out, it)
	}
	return out, nil
}

// item says what one post of X means to us.
func item(raw json.RawMessage, in included, ours []string) (connector.Item, error) {
	var t tweet
	if err := json.Unmarshal(raw, &t); err != nil {
		return connector.Item{}, fmt.Errorf("read post: %w", err)
	}
	if idNumber(t.ID) == 0 {
		return connector.Item{}, fmt.Errorf("read post: no id")
	}
	if original := t.refersTo("retweeted"); original != "" {
		return connector.Item{What: connector.ItemCounted, Post: bare(original), At: t.at(), Note: "retweet"}, nil
	}
	if t.hidden() {
		return gone(t.ID, "withheld"), nil
	}
	it := connector.Item{What: connector.ItemNew, Post: t.post(in, ours), At: t.at()}
	it.Post.Raw = single(raw, &t, in)
	if len(it.Post.Edits) > 0 {
		it.What = connector.ItemEdited
	}
	return it, nil
}

// bare names a post of which no more is known than its id.
func bare(id string) grievance.Post {
	return grievance.Post{Channel: grievance.X, ExternalID: id, DedupKey: id}
}

func gone(id, note string) connector.Item {
	return connector.Item{What: connector.ItemGone, Post: bare(id), Note: note}
}

// post is t in our words.
func (t *tweet) post(in included, ours []string) grievance.Post {
	text := t.Text
	if n := t.note(); n != nil && n.Text != "" {
		text = n.Text
	}
	text = unescape.Replace(text)
	p := bare(t.ID)
	p.ThreadID = cmp.Or(t.ConversationID, t.ID)
	p.ParentID = t.refersTo("replied_to")
	p.Quotes = t.refersTo("quoted")
	p.Text, p.FullText = text, text
	p.Lang = language(t.Lang)
	p.PostedAt = t.at()
	p.Author = author(t.AuthorID, in)
	p.URL = "https://x.com/" + cmp.Or(p.Author.Handle, "i") + "/status/" + t.ID
	p.Public = !in.users[t.AuthorID].value.Protected
	p.Mentions = t.summons(in)
	p.Media = t.pictures(in)
	p.Place = t.place(in)
	p.Direction = grievance.In
	if t.AuthorID != "" && slices.Contains(ours, t.AuthorID) {
		p.Direction = grievance.Out
	}
	if i := slices.Index(t.edits(), t.ID); i > 0 {
		p.Edits = t.edits()[:i]
	}
	p.Form = grievance.Mention
	if p.ParentID != "" && !named(p.Mentions, ours) {
		p.Form = grievance.Comment
	}
	return p
}

// named tells whether a post calls one of ours; where ours are not known, anybody.
func named(mentions, ours []string) bool {
	if len(ours) == 0 {
		return len(mentions) > 0
	}
	return slices.ContainsFunc(ours, func(id string) bool { return slices.Contains(mentions, id) })
}

// at is when t was posted: its id tells where X does not.
func (t *tweet) at() time.Time {
	if at, err := time.Parse(time.RFC3339, t.CreatedAt); err == nil {
		return at.UTC()
	}
	return idTime(idNumber(t.ID))
}

// hidden tells whether t is withheld where we are: in India or everywhere (XX, XY).
func (t *tweet) hidden() bool {
	if t.Withheld == nil {
		return false
	}
	codes := t.Withheld.CountryCodes
	return len(codes) == 0 || slices.ContainsFunc(codes, func(c string) bool { return c == "IN" || c == "XX" || c == "XY" })
}

// language drops X's codes for "no language" (und, zxx, qht …).
func language(lang string) string {
	if lang == "und" || lang == "zxx" || lang == "art" || len(lang) == 3 && lang[0] == 'q' {
		return ""
	}
	return lang
}

// author is who wrote, as far as X includes it.
func author(id string, in included) grievance.Author {
	if u, known := in.users[id]; known {
		return u.value.author()
	}
	a := grievance.Author{ExternalID: id}
	if id != "" {
		a.URL = "https://x.com/i/user/" + id
	}
	return a
}

func (u user) author() grievance.Author {
	a := grievance.Author{
		ExternalID: u.ID, Handle: u.Username, Name: u.Name, URL: "https://x.com/i/user/" + u.ID,
		Verified: u.Verified || u.VerifiedType != "" && u.VerifiedType != "none",
		Official: u.VerifiedType == "government",
	}
	if u.Username != "" {
		a.URL = "https://x.com/" + u.Username
	}
	return a
}

var leadingHandles = regexp.MustCompile(`^(?:@[A-Za-z0-9_]+\s+)+`)

// summons are the accounts that the author called: those that the text itself names, and
// whose post it quotes. X lets only these answer on its smaller plans. The handles that a
// reply carries along before its text are none: X put them there.
func (t *tweet) summons(in included) []string {
	full, mentions := t.Text, t.Entities.Mentions
	if n := t.note(); n != nil && n.Text != "" {
		full = n.Text
		mentions = append(slices.Clone(mentions), n.Entities.Mentions...)
	}
	own, carries := t.withoutCarried(full)
	carried := t.carried(in)
	var out []string
	for _, m := range mentions {
		id := cmp.Or(m.ID, in.userNamed(m.Username))
		if id == "" || slices.Contains(out, id) {
			continue
		}
		// A handle before the text counts when the post that is answered does not explain it.
		unexplained := carries && carried != nil && !slices.Contains(carried, id)
		if unexplained || hasHandle(own, m.Username) {
			out = append(out, id)
		}
	}
	if q := in.tweets[t.refersTo("quoted")].value.AuthorID; q != "" && !slices.Contains(out, q) {
		out = append(out, q)
	}
	return out
}

// withoutCarried is the text after what a reply carries along. guessed says that X did
// not tell where the text begins, so that the author's own handles may be missing.
func (t *tweet) withoutCarried(full string) (own string, guessed bool) {
	if t.refersTo("replied_to") == "" {
		return full, false
	}
	if r := t.DisplayTextRange; len(r) == 2 && r[0] >= 0 {
		runes := []rune(full)
		return string(runes[min(r[0], len(runes)):]), false
	}
	return full[len(leadingHandles.FindString(full)):], true
}

// carried are the accounts that X puts before a reply: the author of the post that is
// answered and whom it mentions. nil when that post is not known.
func (t *tweet) carried(in included) []string {
	parent, known := in.tweets[t.refersTo("replied_to")]
	if !known {
		return nil
	}
	out := []string{parent.value.AuthorID, t.InReplyToUserID}
	for _, m := range parent.value.Entities.Mentions {
		out = append(out, cmp.Or(m.ID, in.userNamed(m.Username)))
	}
	return out
}

func (in included) userNamed(handle string) string {
	for id, u := range in.users {
		if strings.EqualFold(u.value.Username, handle) {
			return id
		}
	}
	return ""
}

// hasHandle tells whether text names @handle, whole and in any case.
func hasHandle(text, handle string) bool {
	text, handle = strings.ToLower(text), "@"+strings.ToLower(handle)
	for {
		i := strings.Index(text, handle)
		if i < 0 || handle == "@" {
			return false
		}
		text = text[i+len(handle):]
		if text == "" || !wordByte(text[0]) {
			return true
		}
	}
}

func wordByte(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z'
}

func (t *tweet) pictures(in included) []grievance.Media {
	var out []grievance.Media
	for _, key := range t.Attachments.MediaKeys {
		m, known := in.media[key]
		if !known {
			continue
		}
		v := m.value
		g := grievance.Media{Kind: "photo", URL: v.URL, Alt: v.AltText}
		if v.Type != "photo" {
			g.Kind, g.URL = "video", cmp.Or(v.film(), v.URL, v.PreviewURL)
		}
		out = append(out, g)
	}
	return out
}

// film is the sharpest file of a film.
func (m media) film() string {
	best, url := -1, ""
	for _, v := range m.Variants {
		if v.ContentType == "video/mp4" && v.BitRate > best {
			best, url = v.BitRate, v.URL
		}
	}
	return url
}

func (t *tweet) place(in included) grievance.Point {
	p := in.places[t.Geo.PlaceID].value
	point := grievance.Point{Name: p.FullName, Country: p.CountryCode}
	if c := t.Geo.Coordinates.Coordinates; len(c) == 2 {
		point.Lon, point.Lat = c[0], c[1]
	}
	return point
}

// single is an answer of X that holds this post alone, with what it refers to: the post's
// own bytes, apart from others, so that it can be read again and erased.
func single(raw json.RawMessage, t *tweet, in included) []byte {
	var keep includes
	if u, ok := in.users[t.AuthorID]; ok {
		keep.Users = append(keep.Users, u.raw)
	}
	for _, r := range t.references() {
		if q, ok := in.tweets[r.ID]; ok {
			keep.Tweets = append(keep.Tweets, q.raw)
		}
	}
	for _, key := range t.Attachments.MediaKeys {
		if m, ok := in.media[key]; ok {
			keep.Media = append(keep.Media, m.raw)
		}
	}
	if p, ok := in.places[t.Geo.PlaceID]; ok {
		keep.Places = append(keep.Places, p.raw)
	}
	out, err := json.Marshal(struct {
		Data     json.RawMessage `json:"data"`
		Includes includes        `json:"includes"`
	}{raw, keep})
	if err != nil {
		return raw // its parts were JSON when they were read
	}
	return out
}
