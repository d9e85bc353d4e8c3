package bench

import (
	"context"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// writer writes the acts of one life.
type writer struct {
	s               *Seeder
	tx              *store.Tx
	c               *grievance.Case
	k               *grievance.Complainant
	l               *life
	field, reviewer grievance.Actor
	report          grievance.ID
}

// act writes one act: the state by the table, what follows from it, and its entry.
func (w *writer) act(ctx context.Context, st step) error {
	from, by, data, words := w.c.State, grievance.System, map[string]any{}, ""
	switch st.event {
	case grievance.Opened:
		return w.tx.Record(ctx, w.s.Clerk, st.event, w.c, "", map[string]any{"post": w.l.post.ID, "subject": w.c.SubjectID, "district": w.c.DistrictID}, "", st.at)
	case grievance.Noted, grievance.Sent:
		by = w.field
	default:
		if err := w.c.Apply(st.event); err != nil {
			return err
		}
	}
	switch st.event {
	case grievance.Routed:
		by, data = w.s.Clerk, map[string]any{"office": w.c.OfficeID}
	case grievance.AssignedTo:
		by, w.c.OfficerID, data = w.reviewer, w.field.ID, map[string]any{"officer": w.field.ID}
	case grievance.Accepted:
		by, w.c.OfficerID = w.field, w.field.ID
	case grievance.Noted:
		words = "Called the citizen and inspected the place."
	case grievance.Reported:
		by, words, w.c.ReportAt, w.c.FirstResponseAt = w.field, w.l.matter.Report, st.at, st.at
		w.late(st)
	case grievance.Approved:
		by, w.c.Approver = w.reviewer, w.reviewer.ID
		if err := w.reported(ctx, st); err != nil {
			return err
		}
	case grievance.Sent:
		by, data = grievance.System, map[string]any{"account": w.s.Account.ID, "kind": grievance.Answer}
		if err := w.answered(ctx, st); err != nil {
			return err
		}
	case grievance.Delivered:
		w.c.ResolvedAt, w.c.WaitUntil = st.at, w.k.FeedbackUntil
	case grievance.Satisfied:
		by, w.k.Feedback, w.k.FeedbackAt = grievance.Citizen(w.k.Author.ID), grievance.FeedbackYes, st.at
		if err := w.closed(ctx, st, grievance.OutcomeSettled); err != nil {
			return err
		}
	case grievance.WindowOver:
		if err := w.closed(ctx, st, grievance.OutcomeNoAnswer); err != nil {
			return err
		}
	case grievance.Rejected:
		by, data = w.reviewer, map[string]any{"reason": "no_particulars"}
		w.c.ClosedAt = st.at
	}
	return w.tx.Record(ctx, by, st.event, w.c, from, data, words, st.at)
}

// late marks what was reported after its limit.
func (w *writer) late(st step) {
	if st.at.After(w.c.DueAt) {
		w.c.Late, w.c.Warned = true, 80
	}
}

// reported writes the report that the reviewer approves.
func (w *writer) reported(ctx context.Context, st step) error {
	p := &grievance.Report{ID: w.tx.NewID(st.at), CaseID: w.c.ID, AuthorID: w.field.ID, WrittenAt: w.c.ReportAt, Text: w.l.matter.Report, DoneAt: w.c.ReportAt, DoneBy: "Junior Engineer",
		State: grievance.ReportApproved, ReviewerID: w.reviewer.ID, ReviewedAt: st.at}
	w.report = p.ID
	return w.tx.InsertReport(ctx, p)
}

// answered writes the answer as the citizen got it.
func (w *writer) answered(ctx context.Context, st step) error {
	w.k.DeliveredAt, w.k.FeedbackUntil = st.at, st.at.Add(w.s.Limits.Feedback)
	return w.tx.InsertReply(ctx, &grievance.Reply{ID: w.tx.NewID(st.at), CaseID: w.c.ID, ComplainantID: w.k.ID, PostID: w.l.post.ID, AccountID: w.s.Account.ID, Way: grievance.PublicWay, Kind: grievance.Answer,
		Text: w.l.matter.Report, State: grievance.ReplyPublished, AuthorID: w.field.ID, ApproverID: w.reviewer.ID, ReportID: w.report, CreatedAt: st.at, ApprovedAt: st.at, StartedAt: st.at, SentAt: st.at, Tries: 1,
		ExternalID: "r" + w.l.key}, "")
}

// closed ends the case and keeps its clock.
func (w *writer) closed(ctx context.Context, st step, o grievance.Outcome) error {
	w.c.Outcome, w.c.ClosedAt = o, st.at
	return w.tx.KeepClock(ctx, w.c.ID, store.Clock{Round: w.c.Round, StartedAt: w.c.ClockStart, DueAt: w.c.DueAt, StopsAt: st.at, LimitDays: w.c.LimitDays, Late: w.c.Late})
}
