package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"nivaran/internal/desk"
	"nivaran/internal/intake"
	"nivaran/internal/learning"
	"nivaran/internal/notice"
	"nivaran/internal/outbox"
	"nivaran/internal/store"
)

type sortPosts struct {
	river.WorkerDefaults[intake.SortPostsArgs]
	intake *intake.Intake
}

func (w *sortPosts) Work(ctx context.Context, job *river.Job[intake.SortPostsArgs]) error {
	return w.intake.Sort(ctx, job.Args.PostIDs)
}

type readDelivery struct {
	river.WorkerDefaults[intake.ReadDeliveryArgs]
	intake *intake.Intake
}

func (w *readDelivery) Work(ctx context.Context, job *river.Job[intake.ReadDeliveryArgs]) error {
	return w.intake.ReadDelivery(ctx, job.Args.DeliveryID)
}

type sendReplies struct {
	river.WorkerDefaults[desk.SendArgs]
	outbox *outbox.Outbox
}

func (w *sendReplies) Work(ctx context.Context, job *river.Job[desk.SendArgs]) error {
	return w.outbox.Send(ctx, job.Args.ReplyIDs)
}

type lookForReply struct {
	river.WorkerDefaults[outbox.LookArgs]
	outbox *outbox.Outbox
}

func (w *lookForReply) Work(ctx context.Context, job *river.Job[outbox.LookArgs]) error {
	return w.outbox.Look(ctx, job.Args.ReplyID)
}

type checkPosts struct {
	river.WorkerDefaults[desk.CheckPostsArgs]
	intake *intake.Intake
}

func (w *checkPosts) Work(ctx context.Context, job *river.Job[desk.CheckPostsArgs]) error {
	return w.intake.CheckPosts(ctx, job.Args.PostIDs)
}

type workRequest struct {
	river.WorkerDefaults[desk.WorkRequestArgs]
	desk *desk.Desk
}

func (w *workRequest) Work(ctx context.Context, job *river.Job[desk.WorkRequestArgs]) error {
	_, err := w.desk.WorkRequest(ctx, job.Args)
	return err
}

type retain struct {
	river.WorkerDefaults[desk.RetainArgs]
	desk *desk.Desk
}

func (w *retain) Work(ctx context.Context, job *river.Job[desk.RetainArgs]) error {
	_, err := w.desk.Retain(ctx, job.Args)
	return err
}

// DueArgs orders the round of a minute: clocks, replies and posts that no job carries.
type DueArgs struct{}

// Kind names the job.
func (DueArgs) Kind() string { return "due" }

type due struct {
	river.WorkerDefaults[DueArgs]
	parts Parts
	older time.Duration // posts unsorted for longer have lost their job
}

func (w *due) Work(ctx context.Context, _ *river.Job[DueArgs]) error {
	_, deskErr := w.parts.Desk.Due(ctx)
	_, sortErr := w.parts.Intake.SortLeft(ctx, w.older)
	_, indexErr := w.parts.Desk.Reindex(ctx)
	return errors.Join(deskErr, w.parts.Outbox.Due(ctx), w.parts.Intake.Due(ctx), sortErr, indexErr, w.parts.Learning.Due(ctx), w.parts.Desk.ForgetSignIns(ctx))
}

type tellOfficers struct {
	river.WorkerDefaults[store.TellOfficersArgs]
	notice *notice.Mailer
}

func (w *tellOfficers) Work(ctx context.Context, _ *river.Job[store.TellOfficersArgs]) error {
	return w.notice.Due(ctx)
}

type exportAudit struct {
	river.WorkerDefaults[desk.ExportAuditArgs]
	desk *desk.Desk
}

func (w *exportAudit) Work(ctx context.Context, job *river.Job[desk.ExportAuditArgs]) error {
	return w.desk.MakeExport(ctx, job.Args.ID)
}

// Timeout is long: the record of years is one file on one picture of the database.
func (w *exportAudit) Timeout(*river.Job[desk.ExportAuditArgs]) time.Duration { return 2 * time.Hour }

type train struct {
	river.WorkerDefaults[learning.TrainArgs]
	learning *learning.Learning
	stopping context.Context // ends when the program stops
}

func (w *train) Work(ctx context.Context, job *river.Job[learning.TrainArgs]) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(w.stopping, cancel)()
	return w.learning.Train(ctx, job.Args.TrainingID)
}

// Timeout is longer than that of other jobs: a model is made in one go, and of a process
// that died in it another one is left to begin again after this.
func (w *train) Timeout(*river.Job[learning.TrainArgs]) time.Duration { return learning.TrainingTime }
