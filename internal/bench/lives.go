package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// xPost is a post as the stand-in of X shows it.
type xPost struct {
	ID       string `json:"id"`
	Text     string `json:"text"`
	ThreadID string `json:"thread_id"`
	API      bool   `json:"api"`
}

var (
	queueLink   = regexp.MustCompile(`href="(/sorting/\d+)`)
	hisarOption = regexp.MustCompile(`<option value="(\d+)"[^>]*>(?:Hisar|हिसार)</option>`)
	officerPick = regexp.MustCompile(`name="officer"(?s:.*?)value="(\d+)"`)
	version     = regexp.MustCompile(`name="version" value="(\d+)"`)
)

// live drives one case from the citizen's post to the citizen's verdict. Kinds that begin
// with "wait" hold the polls of the channel and of this client; the rest are requests.
func (h *HTTP) live(ctx context.Context, i int) error {
	begin := time.Now()
	author := fmt.Sprintf("bench_%d_%d", begin.Unix(), i)
	post, err := h.say(ctx, author, fmt.Sprintf("@NivaranHR हिसार के वार्ड 9 में %d दिन से पीने का पानी नहीं आ रहा, गली %d। %s", 2+i%7, 1+i, author), "")
	if err != nil {
		return err
	}
	number, err := h.sorted(ctx, author)
	if err != nil {
		return err
	}
	if _, err := h.reply(ctx, "wait: acknowledged", post.ThreadID, number); err != nil {
		return err
	}
	id, err := h.settled(ctx, number)
	if err != nil {
		return err
	}
	answer, err := h.reply(ctx, "wait: answered in the thread", post.ThreadID, work)
	if err != nil {
		return err
	}
	if _, err := h.say(ctx, author, "हां, पानी आ गया, धन्यवाद", answer.ID); err != nil {
		return err
	}
	err = h.awaits(ctx, "wait: closed on the citizen's word", func() (bool, error) {
		a, err := h.officers[grievance.StateNodal].get(ctx, "/cases/"+id)
		return strings.Contains(a.body, "state-closed"), err
	})
	h.took("whole life", time.Since(begin))
	return err
}

// work is what the field officer reports.
const work = "बूस्टर पंप की मोटर बदल दी गई है"

// sorted waits for the post on the sorting desk and opens it; it gives the case's number.
func (h *HTTP) sorted(ctx context.Context, author string) (string, error) {
	clerk := h.officers[grievance.Clerk]
	var at answer
	var desk string
	err := h.awaits(ctx, "wait: on the sorting desk", func() (bool, error) {
		queue, err := clerk.get(ctx, "/sorting")
		for _, link := range queue.all(queueLink) {
			if at, err = clerk.get(ctx, link); err != nil {
				return false, err
			}
			if strings.Contains(at.body, author) {
				desk = link
				return true, nil
			}
		}
		return false, err
	})
	if err != nil {
		return "", err
	}
	district, err := at.first(hisarOption)
	if err != nil {
		return "", err
	}
	opened, err := h.act(ctx, "act: open", clerk, desk+"/open", url.Values{"candidate": {"0"}, "kind": {"grievance"}, "urgency": {"ordinary"}, "district": {district}})
	if err != nil {
		return "", err
	}
	return opened.first(caseNumber)
}

// settled takes the case through its office: assigned, accepted, reported with a
// photograph, approved.
func (h *HTTP) settled(ctx context.Context, number string) (string, error) {
	nodal, field := h.officers[grievance.DistrictNodal], h.officers[grievance.FieldOfficer]
	found, err := nodal.post(ctx, "/search", url.Values{"q": {number}})
	if err != nil {
		return "", err
	}
	id, err := found.first(regexp.MustCompile(`/cases/(\d+)`))
	if err != nil {
		return "", err
	}
	form, err := nodal.get(ctx, "/cases/"+id+"/assign")
	if err != nil {
		return "", err
	}
	who, err := form.first(officerPick)
	if err != nil {
		return "", err
	}
	if _, err := h.act(ctx, "act: assign", nodal, "/cases/"+id+"/assign", url.Values{"officer": {who}}); err != nil {
		return "", err
	}
	if _, err := h.act(ctx, "act: accept", field, "/cases/"+id+"/accept", nil); err != nil {
		return "", err
	}
	if err := h.report(ctx, field, id); err != nil {
		return "", err
	}
	shown, err := nodal.get(ctx, "/cases/"+id)
	if err != nil {
		return "", err
	}
	v, err := shown.first(version)
	if err != nil {
		return "", err
	}
	_, err = h.act(ctx, "act: approve", nodal, "/cases/"+id+"/approve", url.Values{"version": {v}})
	return id, err
}

// act sends a form; what is done is answered with a redirect.
func (h *HTTP) act(ctx context.Context, kind string, o *officer, path string, form url.Values) (answer, error) {
	a, err := o.post(ctx, path, form)
	if err == nil && a.status != http.StatusSeeOther {
		err = fmt.Errorf("%s answered %d, not done", a.path, a.status)
	}
	if err == nil {
		h.took(kind, a.took)
	}
	return a, err
}

// report sends the action taken report with a photograph.
func (h *HTTP) report(ctx context.Context, field *officer, id string) error {
	done := time.Now().Add(-time.Hour).In(grievance.India)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"text": work + "।", "done_at": done.Format(time.DateOnly), "done_time": done.Format("15:04"), "done_by": "Junior Engineer"} {
		if err := w.WriteField(name, value); err != nil {
			return err
		}
	}
	part, err := w.CreateFormFile("files", "pump.png")
	if err != nil {
		return err
	}
	if err := errors.Join(png.Encode(part, image.NewRGBA(image.Rect(0, 0, 640, 480))), w.Close()); err != nil {
		return err
	}
	a, err := field.do(ctx, http.MethodPost, "/cases/"+id+"/report", w.FormDataContentType(), &body)
	if err == nil && a.status != http.StatusSeeOther {
		err = fmt.Errorf("%s answered %d, not done", a.path, a.status)
	}
	h.took("act: report with a photograph", a.took)
	return err
}

// lifeWait is how long one step of a life may take.
const lifeWait = 2 * time.Minute

// awaits asks again until it is so, and keeps how long that took.
func (h *HTTP) awaits(ctx context.Context, kind string, so func() (bool, error)) error {
	begin := time.Now()
	for time.Since(begin) < lifeWait {
		ok, err := so()
		if err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
		if ok {
			h.took(kind, time.Since(begin))
			return nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fmt.Errorf("%s: not within %s", kind, lifeWait)
}

// say lets a citizen write on the stand-in of X.
func (h *HTTP) say(ctx context.Context, author, text, replyTo string) (p xPost, err error) {
	body, err := json.Marshal(map[string]string{"author": author, "text": text, "reply_to": replyTo})
	if err != nil {
		return p, err
	}
	err = h.standIn(ctx, http.MethodPost, "/_control/post", body, &p)
	return p, err
}

// reply waits until we have written the words in the thread.
func (h *HTTP) reply(ctx context.Context, kind, thread, words string) (reply xPost, err error) {
	err = h.awaits(ctx, kind, func() (bool, error) {
		var all struct{ Posts []xPost }
		err := h.standIn(ctx, http.MethodGet, "/_control/threads/"+thread, nil, &all)
		for _, p := range all.Posts {
			if p.API && strings.Contains(p.Text, words) {
				reply = p
			}
		}
		return reply.ID != "", err
	})
	return reply, err
}

func (h *HTTP) standIn(ctx context.Context, method, path string, body []byte, into any) error {
	citizen := &officer{url: strings.TrimSuffix(h.StandIn, "/"), http: http.DefaultClient}
	a, err := citizen.do(ctx, method, path, "application/json", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("stand-in of X: %w", err)
	}
	return json.Unmarshal([]byte(a.body), into)
}
