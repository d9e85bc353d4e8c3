package email

import (
	"encoding/hex"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// Post makes a post of a letter that our mail server took at received (zero: unknown).
func (l *Letter) Post(received time.Time) grievance.Post {
	p := grievance.Post{
		Channel:    grievance.Email,
		ExternalID: l.MessageID,
		DedupKey:   l.DedupKey(),
		ThreadID:   l.MessageID,
		Form:       grievance.Mail,
		Author:     grievance.Author{ExternalID: l.From, Handle: l.From, Name: l.FromName},
		Title:      l.Subject,
		Text:       l.Text,
		FullText:   l.FullText,
		PostedAt:   l.postedAt(received),
		Direction:  grievance.In,
		Raw:        l.Raw,
		Mail: &grievance.MailFacts{
			MessageID: l.MessageID, From: l.From, To: l.To, InReplyTo: l.InReplyTo, References: l.References,
			Automatic: l.Automatic, DMARCFail: l.DMARC == "fail", DMARCPass: l.DMARC == "pass",
			HTML: l.HTML, Repaired: l.CharsetRepaired, LegacyFont: l.LegacyFont, KrutiDev: l.KrutiDev, Forwarded: l.Forwarded,
		},
	}
	if p.ExternalID == "" {
		p.ExternalID = "sha256:" + hex.EncodeToString(l.hash[:])
		p.ThreadID = p.ExternalID
	}
	if answers := l.Answers(); len(answers) > 0 {
		p.ParentID = answers[0]
		p.ThreadID = answers[len(answers)-1] // the first letter of the conversation
	}
	if l.Own {
		p.Direction = grievance.Out
	}
	if b := l.Bounce; b != nil {
		p.Mail.BounceOf, p.Mail.BounceStatus, p.Mail.BouncedTo = b.MessageID, b.Status, b.Recipient
	}
	for _, a := range l.Attachments {
		p.Media = append(p.Media, grievance.Media{Kind: mediaKind(a.Type), Name: a.Name, Type: a.Type, Size: int64(len(a.Data)), Data: a.Data})
	}
	return p
}

// postedAt believes the sender's date unless it lies after our server had the letter.
func (l *Letter) postedAt(received time.Time) time.Time {
	if l.Date.Year() < 1990 || !received.IsZero() && l.Date.After(received) {
		return received.UTC()
	}
	return l.Date
}

func mediaKind(typ string) string {
	switch {
	case strings.HasPrefix(typ, "image/"):
		return "photo"
	case strings.HasPrefix(typ, "video/"):
		return "video"
	}
	return "file"
}
