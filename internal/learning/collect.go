package learning

import (
	"context"
	"hash/fnv"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/text"
)

// How many examples are read: the newest ones, so that memory stays bounded; and how many at
// a time, so that nobody waits for the reading.
const (
	mostLessons = 40_000
	readAtOnce  = 500
)

// Every fifth author is held back, always the same ones (FNV-1a), and of the others the
// newest twentieth, at most lateMost: what comes after a training is what counts.
const (
	heldShare = 5
	lateShare = 20
	lateMost  = 200
)

// lesson is what a person decided of a post, with the words.
type lesson struct {
	store.Labelled
	copyKey string // of the words; empty when there are none
	held    bool   // never learnt from
	late    bool   // held back this time, for being new
}

// collect reads the latest word on every post, the newest first.
func (l *Learning) collect(ctx context.Context) ([]lesson, error) {
	var all []lesson
	var before grievance.ID
	for len(all) < mostLessons {
		var page []store.Labelled
		err := l.Store.View(ctx, func(tx *store.Tx) (err error) {
			page, before, err = tx.LabelledPosts(ctx, before, readAtOnce)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			all = append(all, lessonOf(e))
		}
		if before == 0 {
			break
		}
	}
	hold(all)
	return all, nil
}

func lessonOf(e store.Labelled) lesson {
	e.Post.FullText, e.Post.Raw, e.Post.Media = "", nil, nil
	if e.Post.Mail != nil {
		e.Post.Mail.HTML = ""
	}
	x := lesson{Labelled: e}
	x.copyKey, _ = text.Verbatim(e.Post.Title + " " + e.Post.Text)
	x.held = heldBack(e.Post)
	return x
}

// heldBack says whether the post's author is one of those whose posts are never learnt from.
func heldBack(p *grievance.StoredPost) bool {
	key := p.Author.ExternalID
	if key == "" {
		key = text.Normal(p.Text)
	}
	h := fnv.New32a()
	h.Write([]byte(key))
	return h.Sum32()%heldShare == 0
}

// hold marks the newest of those that are learnt from, and lets no copy of a held post teach.
func hold(all []lesson) {
	late := min(len(all)/lateShare, lateMost)
	heldKeys := map[string]bool{}
	for i := range all {
		if !all[i].held && late > 0 {
			all[i].late = true
			late--
		}
		if (all[i].held || all[i].late) && all[i].copyKey != "" {
			heldKeys[all[i].copyKey] = true
		}
	}
	for i := range all {
		if !all[i].held && !all[i].late && heldKeys[all[i].copyKey] {
			all[i].late = true
		}
	}
}

// split is what is learnt from, and what the models are compared on: of the late ones only
// those that came after the running model was made, which it cannot have seen either.
func split(all []lesson, since time.Time) (learnt, judged []lesson) {
	for _, x := range all {
		switch {
		case x.held || x.late && x.At.After(since):
			judged = append(judged, x)
		case !x.late:
			learnt = append(learnt, x)
		}
	}
	return learnt, judged
}

// wordMonths counts for each month how many of its words no earlier one had.
func wordMonths(all []lesson) []store.WordMonth {
	byMonth := map[int][]lesson{}
	for _, x := range all {
		m := grievance.IndianMonth(x.Post.ReceivedAt)
		byMonth[m] = append(byMonth[m], x)
	}
	months := make([]int, 0, len(byMonth))
	for m := range byMonth {
		months = append(months, m)
	}
	slices.Sort(months)
	known := map[string]bool{}
	var out []store.WordMonth
	for _, m := range months {
		w := store.WordMonth{Month: m, Posts: len(byMonth[m])}
		var fresh []string
		for _, x := range byMonth[m] {
			for _, t := range text.Tokens(x.Post.Text) {
				w.Words++
				if !known[t] {
					w.Unknown++
					fresh = append(fresh, t)
				}
			}
		}
		for _, t := range fresh {
			known[t] = true
		}
		out = append(out, w)
	}
	return out
}

// disagreementsKept is how many disagreements are shown.
const disagreementsKept = 200

// disagreements are posts of the same words that different people decided differently: each
// with the newest such other.
func disagreements(all []lesson) []store.Disagreement {
	newest := map[string][]lesson{}
	var out []store.Disagreement
	for _, x := range all { // the newest first
		if x.copyKey == "" || x.OfficerID == 0 {
			continue
		}
		for _, y := range newest[x.copyKey] {
			if part := differ(y.Chose, x.Chose); part != "" && x.OfficerID != y.OfficerID && len(out) < disagreementsKept {
				out = append(out, store.Disagreement{PostID: y.PostID, OtherID: x.PostID, Part: part, At: y.At})
				break
			}
		}
		// Of a flood the newest of each officer's words is kept, or each is compared with all.
		if !slices.ContainsFunc(newest[x.copyKey], func(y lesson) bool { return y.OfficerID == x.OfficerID && y.Chose == x.Chose }) {
			newest[x.copyKey] = append(newest[x.copyKey], x)
		}
	}
	return out
}

// redecided are the posts on which two officers had different words: each beside itself.
func redecided(words []store.Example) (out []store.Disagreement) {
	byPost := map[grievance.ID][]store.Example{}
	for _, e := range words {
		if e.Chose.Kind != "" && e.OfficerID != 0 {
			byPost[e.PostID] = append(byPost[e.PostID], e)
		}
	}
	for post, all := range byPost {
		last := all[len(all)-1]
		for _, e := range all {
			if part := differ(e.Chose, last.Chose); part != "" && e.OfficerID != last.OfficerID {
				out = append(out, store.Disagreement{PostID: post, OtherID: post, Part: part, At: last.At})
				break
			}
		}
	}
	return out
}

// differ names the first part in which two decisions are not the same; a part that one of
// them left open is none.
func differ(a, b grievance.Reading) string {
	switch {
	case a.Kind != b.Kind:
		return "kind"
	case a.Department != "" && b.Department != "" && a.Department != b.Department:
		return "department"
	case a.Subject != "" && b.Subject != "" && a.Subject != b.Subject:
		return "subject"
	case a.District != 0 && b.District != 0 && a.District != b.District:
		return "district"
	}
	return ""
}
