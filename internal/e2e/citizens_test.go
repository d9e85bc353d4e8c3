//go:build browser

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"nivaran/internal/connector/email/emailtest"
)

// order asks a stand-in to make a citizen act, or what there is to see.
func order(t *testing.T, address string, in, out any) {
	t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		method, body = http.MethodPost, bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %d: %v", address, resp.StatusCode, err)
	}
}

// said is a post as the stand-ins of X and Facebook show it.
type said struct {
	ID, Text string
	ThreadID string `json:"thread_id"`
	ReplyTo  string `json:"reply_to"`
	ParentID string `json:"parent_id"`
	API      bool
}

// thread is a public conversation on X or Facebook. Its citizen has written first.
type thread struct {
	url   string // of the stand-in
	first said
	word  string // the verdict
	// answers tells whether a post stands under the citizen's.
	answers func(p, first said) bool
	speak   func(t *testing.T, under said, word string)

	last said
}

func (c *thread) posts(t *testing.T) []said {
	t.Helper()
	var all struct{ Posts []said }
	order(t, c.url+"/_control/threads/"+c.first.ThreadID, nil, &all)
	var ours []said
	for _, p := range all.Posts {
		if p.API && c.answers(p, c.first) {
			ours = append(ours, p)
		}
	}
	return ours
}

func (c *thread) await(t *testing.T, part string) string {
	t.Helper()
	for deadline := time.Now().Add(40 * time.Second); time.Now().Before(deadline); <-time.After(300 * time.Millisecond) {
		for _, p := range c.posts(t) {
			if strings.Contains(p.Text, part) {
				c.last = p
				return p.Text
			}
		}
	}
	t.Fatalf("nothing with %q under the citizen's words: %+v", part, c.posts(t))
	return ""
}

func (c *thread) verdict(t *testing.T) { c.speak(t, c.last, c.word) }

func (c *thread) ours(t *testing.T) int { return len(c.posts(t)) }

// onX lets a citizen mention the Chief Minister's account.
func (d *demo) onX(verdict string) func(*testing.T, string, string) conversation {
	return func(t *testing.T, author, words string) conversation {
		say := func(t *testing.T, under said, words string) (p said) {
			order(t, d.StandIns.X+"/_control/post", map[string]string{"author": author, "text": words, "reply_to": under.ID}, &p)
			return p
		}
		return &thread{url: d.StandIns.X, first: say(t, said{}, "@NivaranHR "+words), word: verdict,
			answers: func(p, first said) bool { return p.ReplyTo == first.ID },
			speak:   func(t *testing.T, under said, word string) { say(t, under, word) }}
	}
}

// onFacebook lets a citizen comment under what the Chief Minister's page announced.
func (d *demo) onFacebook(verdict string) func(*testing.T, string, string) conversation {
	return func(t *testing.T, author, words string) conversation {
		var all struct{ Pages []struct{ ID, Name string } }
		order(t, d.StandIns.Facebook+"/_control/pages", nil, &all)
		ours := all.Pages[0]
		for _, p := range all.Pages { // the stand-in has a page too that nobody has connected
			if p.Name == "CM Haryana Nivaran" {
				ours = p
			}
		}
		var announced, first said
		order(t, d.StandIns.Facebook+"/_control/post", map[string]string{"page": ours.ID, "author": ours.Name, "text": "आज जन संवाद में 120 नागरिकों को सुना गया।"}, &announced)
		comment := func(t *testing.T, on, words string, p *said) {
			order(t, d.StandIns.Facebook+"/_control/comment", map[string]string{"on": on, "author": author, "text": words}, p)
		}
		comment(t, announced.ID, words, &first)
		return &thread{url: d.StandIns.Facebook, first: first, word: verdict,
			answers: func(p, first said) bool { return p.ParentID == first.ID },
			speak:   func(t *testing.T, _ said, word string) { comment(t, first.ID, word, &said{}) }}
	}
}

// letters is the mailbox of a citizen, who answers by the secret link on a cheap phone.
type letters struct {
	d       *demo
	address string
}

// byMail lets a citizen write to the Chief Minister's mailbox.
func (d *demo) byMail(t *testing.T, author, words string) conversation {
	t.Helper()
	return d.byMailWith(t, author, words, nil)
}

func (d *demo) byMailWith(t *testing.T, author, words string, files []emailtest.File) conversation {
	t.Helper()
	const cm = "cm@grievance.haryana.example"
	c := letters{d, strings.ToLower(strings.ReplaceAll(author, " ", ".")) + "@example.org"}
	at := time.Now()
	raw := emailtest.Draft{From: c.address, Name: author, To: cm, Subject: "वार्ड 9 में पानी", Text: words, Files: files, Date: at, MessageID: fmt.Sprintf("<%d.%s>", at.UnixNano(), c.address), DMARC: "pass"}.Bytes()
	client, err := imapclient.DialInsecure(d.StandIns.IMAP, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Login(cm, "demo-mail").Wait(); err != nil {
		t.Fatal(err)
	}
	add := client.Append("INBOX", int64(len(raw)), &imap.AppendOptions{Time: at})
	if _, err := add.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := add.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := add.Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

// received are the letters to the citizen, as the page of the stand-ins shows them.
func (c letters) received(t *testing.T) []string {
	t.Helper()
	resp, err := http.Get(c.d.StandIns.Page)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, conversation := range strings.Split(html.UnescapeString(string(page)), "<article>") {
		if strings.HasPrefix(conversation, "<small>E-mail to "+c.address) {
			return strings.Split(conversation, `<p class="ours">`)[1:]
		}
	}
	return nil
}

func (c letters) await(t *testing.T, part string) string {
	t.Helper()
	for deadline := time.Now().Add(40 * time.Second); time.Now().Before(deadline); <-time.After(300 * time.Millisecond) {
		for _, l := range c.received(t) {
			if strings.Contains(l, part) {
				return l
			}
		}
	}
	t.Fatalf("no letter with %q: %q", part, c.received(t))
	return ""
}

var secretLink = regexp.MustCompile(`http://\S+/c/[\w-]+`)

func (c letters) verdict(t *testing.T) {
	t.Helper()
	link := secretLink.FindString(c.await(t, done))
	if link == "" {
		t.Fatalf("no secret link in the answer: %q", c.received(t))
	}
	phone := open(t, 360, true)
	examine(t, phone, link, "secret-link")
	do(t, phone, chromedp.Click(`form.cverdict [value=satisfied]`), submit(`form.cverdict`))
	shoot(t, phone, "road-secret-link-answered")
	axe(t, phone, "secret link, answered")
}

func (c letters) ours(t *testing.T) int { return len(c.received(t)) }
