package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// declined says kindly, by reason (grievance.RejectReasons), why a matter is not taken up
// and where to turn instead. Who only abused gets no answer.
var declined = map[string]map[string]string{
	"court": {
		"en":      "A court has this matter before it, so the government may not decide it. Please follow the case there; the District Legal Services Authority (call 15100) gives legal aid free of charge.",
		"hi":      "यह मामला न्यायालय के विचाराधीन है, इसलिए सरकार इस पर निर्णय नहीं कर सकती। कृपया वहीं पैरवी करें; जिला विधिक सेवा प्राधिकरण (फोन 15100) निःशुल्क कानूनी सहायता देता है।",
		"hi-Latn": "Yeh mamla court mein hai, isliye sarkar is par faisla nahi kar sakti. Kripya wahin pairvi karein; Zila Vidhik Seva Pradhikaran (phone 15100) muft kanooni sahayata deta hai.",
	},
	"rti": {
		"en":      "This asks for information under the Right to Information Act. Please apply to the Public Information Officer of the department, by post or at rtionline.gov.in.",
		"hi":      "यह सूचना का अधिकार अधिनियम के अंतर्गत सूचना की मांग है। कृपया विभाग के जन सूचना अधिकारी को डाक से या rtionline.gov.in पर आवेदन करें।",
		"hi-Latn": "Yeh RTI kanoon ke tahat soochna ki maang hai. Kripya vibhag ke Jan Soochna Adhikari ko daak se ya rtionline.gov.in par aavedan karein.",
	},
	"service_matter": {
		"en":      "This concerns a government employee’s own service. Please take it up with your head of office or the department’s establishment branch.",
		"hi":      "यह सरकारी कर्मचारी का अपना सेवा संबंधी मामला है। कृपया इसे अपने कार्यालय अध्यक्ष या विभाग की स्थापना शाखा के समक्ष रखें।",
		"hi-Latn": "Yeh sarkari karmchari ka apna seva sambandhi mamla hai. Kripya ise apne karyalay adhyaksh ya vibhag ki sthapna shakha ke saamne rakhein.",
	},
	"other_government": {
		"en":      "This belongs to another government. Please write to it; matters of the Government of India and of other states are taken at pgportal.gov.in.",
		"hi":      "यह विषय दूसरी सरकार का है। कृपया वहाँ लिखें; भारत सरकार और अन्य राज्यों की शिकायतें pgportal.gov.in पर ली जाती हैं।",
		"hi-Latn": "Yeh vishay doosri sarkar ka hai. Kripya wahan likhein; Bharat sarkar aur anya rajyon ki shikayatein pgportal.gov.in par li jaati hain.",
	},
	"no_particulars": {
		"en":      "We asked for particulars and could not find the matter without them. Write again at any time with place, date and whatever number you have: it will be taken up.",
		"hi":      "हमने विवरण मांगा था; उसके बिना मामला खोजा नहीं जा सका। स्थान, तारीख और जो भी संख्या हो, उसके साथ कभी भी फिर लिखें, उस पर कार्यवाही होगी।",
		"hi-Latn": "Humne vivaran maanga tha; uske bina mamla khoja nahi ja saka. Jagah, tareekh aur jo bhi number ho, uske saath kabhi bhi phir likhein, us par karyavahi hogi.",
	},
}

// declineAll queues the kind word of a reason to every complainant who can be reached.
func (d *Desk) declineAll(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, reason string) error {
	words, ok := declined[reason]
	if !ok {
		return nil
	}
	all, err := tx.Complainants(ctx, c.ID)
	if err != nil {
		return err
	}
	g, err := d.ground(ctx, tx)
	if err != nil {
		return err
	}
	for _, k := range all {
		said, ok := words[k.Language]
		if !ok {
			said = words["hi"]
		}
		err := d.tell(ctx, tx, g, by, c, k, grievance.NotForUsReply, said+" "+c.Number, fmt.Sprintf("declined %s at %d to %s", c.ID, c.Version, k.ID))
		if err != nil {
			return fmt.Errorf("tell complainant %s: %w", k.ID, err)
		}
	}
	return nil
}

// tell queues words of the program's own to one complainant, by the way an answer would
// go; nothing when there is none.
func (d *Desk) tell(ctx context.Context, tx *store.Tx, g *ground, by grievance.Actor, c *grievance.Case, k *grievance.Complainant, kind grievance.ReplyKind, words, once string) error {
	post, plan, err := d.plan(ctx, tx, g, by, c, k, kind)
	if errors.Is(err, errNoWay) || post != nil && post.Imported {
		return nil
	}
	if err != nil {
		return err
	}
	r := &grievance.Reply{CaseID: c.ID, ComplainantID: k.ID, PostID: post.ID, AccountID: plan.AccountID, Way: plan.Way, Kind: kind,
		Automatic: by.Kind != grievance.OfficerActor, Text: words, State: grievance.ReplyQueued, AuthorID: by.ID, ApproverID: by.ID, ApprovedAt: d.Now()}
	if r.Automatic {
		r.AuthorID, r.ApproverID = 0, 0
	}
	if plan.Voice.Approval {
		r.State, r.ApproverID, r.ApprovedAt = grievance.ReplyAwaiting, 0, time.Time{}
	}
	if err := d.queue(ctx, tx, c, post, r, once); err != nil || r.State == grievance.ReplyQueued {
		return err
	}
	return d.tellCheckers(ctx, tx, c, r)
}
