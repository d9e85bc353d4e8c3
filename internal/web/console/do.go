package console

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// What follows reads the form of an act and calls the desk's method of the same name.

func doAccept(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	return c.Desk.Accept(r.Context(), by, id)
}

func doRoute(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	office, err := number(r, "office")
	if err != nil {
		return err
	}
	return c.Desk.Route(r.Context(), by, id, office)
}

func doAssign(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	officer, err := web.FormID(r, "officer")
	if err != nil {
		return err
	}
	return c.Desk.Assign(r.Context(), by, id, officer)
}

func doForward(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	office, err := number(r, "office")
	if err != nil {
		return err
	}
	return c.Desk.Forward(r.Context(), by, id, office, r.PostFormValue("remark"))
}

func doReturn(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	office, err := number(r, "office")
	if err != nil {
		return err
	}
	return c.Desk.Return(r.Context(), by, id, office, r.PostFormValue("remark"))
}

func doAsk(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	req, err := replyRequest(r)
	if err != nil {
		return err
	}
	return c.Desk.Ask(r.Context(), by, id, req)
}

// replyRequest reads who is written to, how, and from which account.
func replyRequest(r *http.Request) (desk.ReplyRequest, error) {
	req := desk.ReplyRequest{Way: grievance.Way(r.PostFormValue("way")), Text: r.PostFormValue("text")}
	var err error
	if req.ComplainantID, err = web.FormID(r, "complainant"); err != nil {
		return req, err
	}
	req.AccountID, err = number(r, "account")
	return req, err
}

func doReport(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	done, err := time.ParseInLocation("2006-01-02 15:04", r.PostFormValue("done_at")+" "+orMidnight(r.PostFormValue("done_time")), grievance.India)
	if err != nil {
		return grievance.Invalid("done_at", "error.done_at")
	}
	files, err := uploads(r, "files")
	if err != nil {
		return err
	}
	return c.Desk.Report(r.Context(), by, id, desk.ReportRequest{
		Text: r.PostFormValue("text"), DoneAt: done, DoneBy: r.PostFormValue("done_by"), Place: r.PostFormValue("place"), Files: files,
	})
}

func orMidnight(clock string) string {
	if clock == "" {
		return "00:00"
	}
	return clock
}

func doTold(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	complainant, err := web.FormID(r, "complainant")
	if err != nil {
		return err
	}
	return c.Desk.Told(r.Context(), by, id, complainant, r.PostFormValue("how"))
}

func doConfirm(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	complainant, err := web.FormID(r, "complainant")
	if err != nil {
		return err
	}
	return c.Desk.Judge(r.Context(), by, id, complainant, grievance.Feedback(r.PostFormValue("feedback")))
}

func doEscalate(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	return c.Desk.Escalate(r.Context(), by, id, r.PostFormValue("reason"))
}

func doCorrect(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	subject, err := number(r, "subject")
	if err != nil {
		return err
	}
	place, err := number(r, "place")
	if err != nil {
		return err
	}
	return c.Desk.Correct(r.Context(), by, id, desk.CorrectRequest{
		Title: r.PostFormValue("title"), SubjectID: subject, PlaceID: place, Urgency: grievance.Urgency(r.PostFormValue("urgency")),
	})
}

func doSettle(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	return c.Desk.Settle(r.Context(), by, id, grievance.Outcome(r.PostFormValue("outcome")), r.PostFormValue("text"))
}

func doReject(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	return c.Desk.Reject(r.Context(), by, id, r.PostFormValue("reason"), r.PostFormValue("remark"))
}

func doReadmit(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	return c.Desk.Readmit(r.Context(), by, id, r.PostFormValue("reason"))
}

func doWithdraw(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	return c.Desk.Withdraw(r.Context(), by, id, r.PostFormValue("reason"))
}

func doReopen(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	return c.Desk.Reopen(r.Context(), by, id, r.PostFormValue("reason"))
}

func doWatch(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	return c.Desk.Watch(r.Context(), by, id, true)
}

func doUnwatch(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	return c.Desk.Watch(r.Context(), by, id, false)
}

func doRefer(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	return c.Desk.Refer(r.Context(), by, id, grievance.Reference{System: r.PostFormValue("system"), Number: r.PostFormValue("number")})
}

func doErase(c *Console, r *http.Request, by grievance.Actor, id grievance.ID) error {
	post, err := web.FormID(r, "post")
	if err != nil {
		return err
	}
	cv, err := c.Desk.Case(r.Context(), by, id)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(cv.Posts, func(p *grievance.StoredPost) bool { return p.ID == post }) {
		return grievance.Invalid("post", "error.not_a_choice")
	}
	return c.Desk.Erase(r.Context(), by, []grievance.ID{post}, r.PostFormValue("reason"))
}

// number reads a small id (office, subject, account) from a form; empty gives 0.
func number(r *http.Request, name string) (int, error) {
	text := strings.TrimSpace(r.FormValue(name))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("read %s: %w", name, grievance.Invalid(name, "error.not_a_choice"))
	}
	return n, nil
}
