// Package learningtest gives tests a scheme that no shipped list knows, and what citizens
// write about it.
package learningtest

import (
	"fmt"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

// Scheme is the invented scheme's code in the office's list of subjects.
const Scheme = "lado_saheli"

// AddScheme adds the scheme to the subjects of the Social Justice department.
func AddScheme(t testing.TB, s *store.Store, d *office.Directory) grievance.Subject {
	t.Helper()
	subject := grievance.Subject{Code: Scheme, DepartmentID: d.DepartmentByCode("social_justice"), CategoryEN: "Schemes", CategoryHI: "योजनाएं", NameEN: "Lado Saheli Yojana", NameHI: "लाडो सहेली योजना",
		KindHint: "grievance", Urgency: grievance.Ordinary, LimitDays: 7, LimitSource: "default"}
	err := s.Tx(t.Context(), func(tx *store.Tx) (err error) {
		if subject.ID, err = tx.NextSubject(t.Context()); err != nil {
			return err
		}
		return tx.SaveSubjects(t.Context(), []grievance.Subject{subject})
	})
	if err == nil {
		err = d.Refresh(t.Context(), s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return subject
}

// How citizens name the scheme, what is wrong with it, and where they live. The last third
// of the troubles is said only in posts that come after the training.
var (
	names = []string{"Lado Saheli Yojana", "लाडो सहेली योजना", "lado saheli", "#LadoSaheli yojna", "ladosaheli scheme", "लाडो सहेली"}

	troubles = [][]string{
		{
			"the second instalment has not reached my daughter's account since June", "my form was rejected at the centre and nobody tells us why", "the portal shows verified but no money came",
			"the operator at the CSC asks 500 rupees for filling the form", "her name is missing in the list of our block", "the bank says the account is not linked",
			"की किस्त तीन महीने से नहीं आई", "का फॉर्म बार बार रिजेक्ट हो रहा है", "की सूची में मेरी बेटी का नाम नहीं है", "का पोर्टल बंद पड़ा है, आवेदन नहीं हो रहा", "में पैसा किसी और के खाते में चला गया",
			"ki kist abhi tak nahi aayi, kab aayegi", "ka form reject kar diya bina karan", "ke liye CSC wala paise maang raha hai", "me meri beti ka naam kaat diya", "ka paisa account me nahi aaya 4 mahine se",
		},
		{
			"we applied in April and the status is still pending", "the helpline of the scheme never answers", "मिलने में इतनी देर क्यों हो रही है, बेटी परेशान है", "के आवेदन की स्थिति लंबित दिखा रहा है",
			"ki rashi ruki hui hai, koi sunta nahi", "me registration karwaya tha par koi jawab nahi mila",
		},
	}

	places = []string{"in Hisar", "हिसार से", "Rohtak me", "रोहतक", "Sirsa", "गांव से, जिला करनाल", "Karnal", "Bhiwani me", "भिवानी", "Panipat"}
)

// Before gives the n-th post about the scheme that clerks correct.
func Before(n int) string { return said(n, troubles[0]) }

// After gives the n-th post that comes after the training, in words that no clerk has seen.
func After(n int) string { return said(n, troubles[1]) }

func said(n int, troubles []string) string {
	name, trouble, place := names[n%len(names)], troubles[(n/len(names))%len(troubles)], places[(7*n)%len(places)]
	return fmt.Sprintf("%s %s, %s (%d)", name, trouble, place, 100+n)
}
