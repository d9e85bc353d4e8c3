package console

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/document"
	"nivaran/internal/grievance"
)

// stamped is a message with the moment by which the conversation is ordered.
type stamped struct {
	at time.Time
	message
}

// inOrder gives the messages as they happened.
func inOrder(all []stamped) []message {
	slices.SortStableFunc(all, func(a, b stamped) int { return cmp.Compare(a.at.UnixMilli(), b.at.UnixMilli()) })
	out := make([]message, len(all))
	for i, m := range all {
		out[i] = m.message
	}
	return out
}

// post shows what a citizen wrote, or what our account wrote elsewhere.
func (k clocks) post(p *grievance.StoredPost) stamped {
	mk := channelMark(k.Printer, p.Channel)
	title, words, other := readable(k.Printer, &p.Post)
	m := message{
		Kind: "post", Mark: &mk, Who: authorName(k, p.Author), Note: k.note(p),
		When: k.Moment(p.PostedAt), Stamp: p.PostedAt.UTC().Format(time.RFC3339),
		Title: title, Text: words, TextLang: textLang(p.Verdict.Language), Other: other,
		Files: k.media(p.Media),
	}
	switch {
	case p.Direction == grievance.Out:
		m.Class = "msg-out"
	case !p.Public && p.Form == grievance.Message:
		m.Class = "msg-private"
	}
	switch {
	case !p.ErasedAt.IsZero():
		m.Gone, m.Title, m.Text, m.Other = k.T("case.erased"), "", "", nil
	case !p.GoneAt.IsZero():
		m.Sub = append(m.Sub, subline{Icon: "eraser", Words: k.T("case.gone_there", "Channel", mk.Name)})
	case p.URL != "":
		m.Sub = append(m.Sub, subline{Icon: "box-arrow-up-right", Words: k.T("case.open_there"), URL: p.URL, Outside: true})
	}
	if n := len(p.Accounts); n > 1 {
		m.Sub = append(m.Sub, subline{Words: k.T("case.seen_at", "Count", n)})
	}
	if p.Copies > 0 {
		m.Sub = append(m.Sub, subline{Icon: "files", Words: k.T("case.copies", "Count", p.Copies)})
	}
	if p.Version > 1 {
		m.Sub = append(m.Sub, subline{Icon: "pencil", Words: k.T("case.edited")})
	}
	return stamped{p.PostedAt, m}
}

func authorName(k clocks, a grievance.Author) string {
	switch {
	case a.Name != "":
		return a.Name
	case a.Handle != "":
		return "@" + a.Handle
	}
	return k.T("case.unknown_author")
}

// note says how the post came: handle, public or private, form.
func (k clocks) note(p *grievance.StoredPost) string {
	words := k.T("form." + string(p.Form))
	if p.Author.Handle != "" && p.Author.Name != "" && p.Channel == grievance.X {
		words = "@" + p.Author.Handle + " · " + words
	}
	if p.Form == grievance.Message || p.Form == grievance.Mail {
		return words + " · " + k.T("case.private")
	}
	return words + " · " + k.T("case.public")
}

// textLang is the language tag of a citizen's words.
func textLang(lang string) string {
	switch lang {
	case "hi", "en", "pa", "ur", "mr", "hi-Latn":
		return lang
	case "hinglish":
		return "hi-Latn"
	}
	return ""
}

// reply shows what leaves, or has left, from an account of ours.
func (k clocks) reply(r *grievance.Reply, from, by string, ch grievance.Channel) stamped {
	at := r.SentAt
	if at.IsZero() {
		at = r.CreatedAt
	}
	mk := channelMark(k.Printer, ch)
	m := message{
		Kind: "reply", Class: "msg-out", Mark: &mk, Who: from, Note: k.T("reply_kind." + string(r.Kind)),
		When: k.Moment(at), Stamp: at.UTC().Format(time.RFC3339), Title: r.Title, Text: r.Text,
	}
	if by != "" {
		m.Note += " · " + by
	}
	if r.Way == grievance.PrivateWay {
		m.Class += " msg-private"
	}
	icon, class, words := replyState(k.Printer, r.State)
	m.Sub = append(m.Sub, subline{Icon: icon, Class: class, Words: words})
	if r.FailKey != "" && r.State != grievance.ReplyPublished {
		m.Sub = append(m.Sub, subline{Words: k.T(r.FailKey)})
	}
	if r.Reason != "" && r.State == grievance.ReplyReturned {
		m.Sub = append(m.Sub, subline{Icon: "arrow-return-left", Words: k.T("publish.sent_back_because", "Reason", r.Reason)})
	}
	return stamped{at, m}
}

// replyActs names what the reader may do to words that have not gone out.
func (k clocks) replyActs(r *grievance.Reply, can desk.ReplyActs, back string) *replyActs {
	if can == (desk.ReplyActs{}) {
		return nil
	}
	out := &replyActs{ID: r.ID.String(), URL: "/cases/" + r.CaseID.String() + "/replies/" + r.ID.String(), Version: strconv.Itoa(r.Version), Back: back}
	if can.Approve {
		out.Approve, out.Return, out.Why = k.T("case.approve_reply"), k.T("case.send_back"), k.T("case.back_reason")
	}
	if can.Edit {
		out.Edit = k.T("publish.edit")
	}
	if can.Drop {
		out.Drop = k.T("case.refuse_reply")
	}
	if can.Own && r.State == grievance.ReplyAwaiting {
		out.Note = k.T("publish.own_words")
	}
	return out
}

// noteEntry shows an internal note of the history in the conversation.
func (k clocks) noteEntry(e *grievance.Entry, by string) stamped {
	return stamped{e.At, message{
		Kind: "note", Class: "msg-note", Icon: "sticky", Who: by, Note: k.T("event.noted"),
		When: k.Moment(e.At), Stamp: e.At.UTC().Format(time.RFC3339), Text: e.Text,
	}}
}

// eventEntry is a small line between the messages.
func (k clocks) eventEntry(e *grievance.Entry, by string) stamped {
	return stamped{e.At, message{
		Kind: "event", Icon: eventIcon(e.Event), Who: k.T("event." + string(e.Event)), Note: by, When: k.Moment(e.At),
	}}
}

// between lists the events that the conversation shows; the history shows all.
var between = []grievance.Event{
	grievance.Opened, grievance.AssignedTo, grievance.Forwarded, grievance.Returned, grievance.Accepted, grievance.Asked,
	grievance.Reported, grievance.Approved, grievance.SentBack, grievance.Rejected, grievance.Reopened, grievance.Disputed,
	grievance.Satisfied, grievance.Escalated, grievance.Told, grievance.Withdrawn,
}

// media lists what a post shows at its service and is not kept here.
func (k clocks) media(all []grievance.Media) []fileView {
	var files []fileView
	for i, m := range all {
		if m.FileHash != "" {
			continue // kept here: it is among the files of the post
		}
		f := grievance.File{Name: m.Name, Type: m.Type, Size: m.Size}
		if f.Name == "" {
			f.Name = cmp.Or(m.Alt, k.T("case.media_"+cmp.Or(m.Kind, "file"))+" "+strconv.Itoa(i+1))
		}
		files = append(files, k.file(f, ""))
	}
	return files
}

func (k clocks) file(f grievance.File, caseURL string) fileView {
	v := fileView{Name: f.Name, Size: k.size(f.Size)}
	if f.Hash != "" && caseURL != "" {
		v.URL = caseURL + "/files/" + f.Hash
		v.Picture = f.Inline()
		if document.Readable(f.Name, f.Type) {
			v.WordsURL, v.Words = v.URL+"/words", k.T("words.read")
		}
	}
	return v
}

// size writes the size of a file.
func (k clocks) size(n int64) string {
	switch {
	case n == 0:
		return ""
	case n < 1<<20:
		return k.T("case.kilobytes", "Count", max(n>>10, 1))
	}
	return k.T("case.megabytes", "Count", n>>20)
}
