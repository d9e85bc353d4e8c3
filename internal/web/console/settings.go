package console

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/web"
)

// settingsPage is what an officer sets for own pages, letters and notices.
type settingsPage struct {
	page
	Parts  []settingsPart
	Errors []fieldError
}

// settingsPart is a named part of the settings.
type settingsPart struct {
	Name, Text string
	Fields     []field
}

func (c *Console) settings(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.settingsForm(w, r, v, v.Who.Officer, v.Theme, nil)
}

// settingsForm shows the settings as they are, or as they were typed with what is wrong.
func (c *Console) settingsForm(w http.ResponseWriter, r *http.Request, v *web.Visit, o grievance.Officer, theme string, invalid *grievance.InvalidError) error {
	base, err := c.page(r, v, "/settings")
	if err != nil {
		return err
	}
	byMail := v.T("settings.notices_text")
	if !c.Mail {
		byMail = v.T("settings.mail_off")
	}
	p := settingsPage{page: base, Parts: []settingsPart{
		{Name: v.T("settings.looks"), Fields: lookFields(v, o, theme)},
		{Name: v.T("settings.letters"), Text: v.T("settings.letters_text"), Fields: letterFields(v, o)},
		{Name: v.T("settings.notices"), Text: byMail, Fields: noticeFields(v, o)},
	}}
	status := http.StatusOK
	if invalid != nil {
		status = http.StatusUnprocessableEntity
		p.mark(v, invalid)
	}
	return c.Web.Render(w, status, "console/settings", p)
}

// mark says at the field what is wrong with it.
func (p *settingsPage) mark(v *web.Visit, invalid *grievance.InvalidError) {
	for _, part := range p.Parts {
		_, p.Errors = refusedFields(v, part.Fields, invalid)
	}
}

func lookFields(v *web.Visit, o grievance.Officer, theme string) []field {
	keys := "on"
	if !o.Keys {
		keys = "off"
	}
	names := map[string]string{"en": v.T("common.english"), "hi": v.T("common.hindi")}
	language := field{Kind: "radio", Name: "language", Label: v.T("console.setting_language")}
	for _, lang := range i18n.Languages() {
		language.Choices = append(language.Choices, web.Choice{Value: lang, Text: names[lang], Chosen: lang == o.Language})
	}
	return []field{
		language,
		{Kind: "radio", Name: "theme", Label: v.T("console.setting_theme"), Choices: chosen([]web.Choice{
			{Value: "", Text: v.T("console.theme_machine")}, {Value: "light", Text: v.T("console.theme_light")}, {Value: "dark", Text: v.T("console.theme_dark")},
		}, theme)},
		{Kind: "radio", Name: "keys", Label: v.T("console.setting_keys"), Choices: chosen([]web.Choice{
			{Value: "on", Text: v.T("console.keys_on")}, {Value: "off", Text: v.T("console.keys_off")},
		}, keys)},
	}
}

func letterFields(v *web.Visit, o grievance.Officer) []field {
	optional := v.T("common.optional")
	return []field{
		{Kind: "text", Name: "signature_hi", Label: v.T("settings.signature_hi"), Value: o.SignatureHI, Optional: optional},
		{Kind: "text", Name: "signature_en", Label: v.T("settings.signature_en"), Value: o.SignatureEN, Optional: optional, Hint: v.T("settings.signature_hint")},
		{Kind: "radio", Name: "template_language", Label: v.T("settings.template_language"), Choices: chosen([]web.Choice{
			{Value: "", Text: v.T("settings.template_citizen")}, {Value: "hi", Text: v.T("common.hindi")}, {Value: "en", Text: v.T("common.english")},
		}, o.TemplateLanguage)},
	}
}

func noticeFields(v *web.Visit, o grievance.Officer) []field {
	var all []field
	for _, g := range grievance.NoticeGroups {
		usual := v.T("settings.mail_usual", "Choice", v.T("settings.mail_"+string(grievance.MailChoices{}.Of(g))))
		f := field{Kind: "choice", Name: "mail_" + string(g), Label: v.T("settings.group_" + string(g)), Empty: usual}
		for _, m := range []grievance.MailChoice{grievance.MailAtOnce, grievance.MailDaily, grievance.MailNever} {
			f.Choices = append(f.Choices, web.Choice{Value: string(m), Text: v.T("settings.mail_" + string(m)), Chosen: m == o.Mail.Chosen(g)})
		}
		all = append(all, f)
	}
	at := fmt.Sprintf("%02d:%02d", o.DigestMinute/60, o.DigestMinute%60)
	return append(all, field{Kind: "time", Name: "digest", Label: v.T("settings.digest"), Value: at, Hint: v.T("settings.digest_hint")})
}

func (c *Console) saveSettings(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	o, theme := v.Who.Officer, r.PostFormValue("theme")
	o.Language, o.Keys = r.PostFormValue("language"), r.PostFormValue("keys") != "off"
	o.SignatureEN, o.SignatureHI = r.PostFormValue("signature_en"), r.PostFormValue("signature_hi")
	o.TemplateLanguage = r.PostFormValue("template_language")
	for _, g := range grievance.NoticeGroups {
		o.Mail.Set(g, grievance.MailChoice(r.PostFormValue("mail_"+string(g))))
	}
	if text := strings.TrimSpace(r.PostFormValue("digest")); text != "" {
		at, err := time.Parse("15:04", text)
		if err != nil {
			return c.settingsForm(w, r, v, o, theme, grievance.Invalid("digest", "error.time"))
		}
		o.DigestMinute = at.Hour()*60 + at.Minute()
	}
	err := c.Auth.SaveSettings(r.Context(), o)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.settingsForm(w, r, v, o, theme, invalid)
	}
	if err != nil {
		return err
	}
	c.Web.SetLanguage(w, o.Language)
	c.Web.SetTheme(w, theme)
	c.Web.Done(w, r, "done.settings", "/settings")
	return nil
}
