package config

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

func TestDefaults(t *testing.T) {
	c, err := Read(env())
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:8080" || c.Timeout != 10*time.Second || c.LookUpTries != 3 || c.FeedbackWindow != 7*24*time.Hour {
		t.Errorf("defaults = %+v", c)
	}
	if c.PrivateFetch || c.XEnterprise || c.Secure() {
		t.Errorf("what loosens a rule is on by default: %+v", c)
	}
	if got, want := c.KeyPath(), filepath.Join("data", "secret.key"); got != want {
		t.Errorf("KeyPath = %s, want %s", got, want)
	}
}

func TestRead(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "bearer")
	if err := os.WriteFile(secret, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Read(env(
		"NIVARAN_DB", "postgres://nivaran:pw@db.example/nivaran",
		"NIVARAN_BASE_URL", "https://grievance.example",
		"NIVARAN_LOG_LEVEL", "warn",
		"NIVARAN_X_BEARER_FILE", secret,
		"NIVARAN_X_ENTERPRISE", "true",
		"NIVARAN_LOOKUP_WAIT", "1s",
		"NIVARAN_KEY_FILE", "elsewhere/key",
	))
	if err != nil {
		t.Fatal(err)
	}
	if c.XBearer != "from a file" {
		t.Errorf("XBearer = %q", c.XBearer)
	}
	if !c.XEnterprise || c.LookUpWait != time.Second || c.LogLevel.String() != "WARN" || !c.Secure() || c.KeyPath() != "elsewhere/key" {
		t.Errorf("read = %+v", c)
	}
}

// Each refusal names the variable and what to write instead.
func TestRefusals(t *testing.T) {
	tests := []struct {
		name  string
		env   []string
		wants []string
	}{
		{"number", []string{"NIVARAN_LOOKUP_TRIES", "three"}, []string{"NIVARAN_LOOKUP_TRIES", "three", "for example 3"}},
		{"no tries", []string{"NIVARAN_LOOKUP_TRIES", "0"}, []string{"NIVARAN_LOOKUP_TRIES", "1 or more"}},
		{"truth", []string{"NIVARAN_X_ENTERPRISE", "perhaps"}, []string{"NIVARAN_X_ENTERPRISE", "true nor false"}},
		{"time", []string{"NIVARAN_X_POLL", "5 minutes"}, []string{"NIVARAN_X_POLL", "5m"}},
		{"no time", []string{"NIVARAN_MAIL_POLL", "-5m"}, []string{"NIVARAN_MAIL_POLL"}},
		{"level", []string{"NIVARAN_LOG_LEVEL", "loud"}, []string{"NIVARAN_LOG_LEVEL"}},
		{"format", []string{"NIVARAN_LOG_FORMAT", "xml"}, []string{"NIVARAN_LOG_FORMAT", "text or json"}},
		{"listen", []string{"NIVARAN_LISTEN", "8080"}, []string{"NIVARAN_LISTEN", "127.0.0.1:8080"}},
		{"address", []string{"NIVARAN_BASE_URL", "grievance.example"}, []string{"NIVARAN_BASE_URL", "https://"}},
		{"database", []string{"NIVARAN_DB", "mysql://u:secret@h/n"}, []string{"NIVARAN_DB", "postgres://"}},
		{"acknowledgements", []string{"NIVARAN_ACK_DAILY_LIMIT", "-1"}, []string{"NIVARAN_ACK_DAILY_LIMIT"}},
		{"call longer than job", []string{"NIVARAN_JOB_TIMEOUT", "5s"}, []string{"NIVARAN_JOB_TIMEOUT", "NIVARAN_TIMEOUT"}},
		{"job longer than rescue", []string{"NIVARAN_RESCUE", "20s"}, []string{"NIVARAN_RESCUE", "NIVARAN_JOB_TIMEOUT"}},
		{"mail server", []string{"NIVARAN_MAIL_SMTP", "mail.example", "NIVARAN_MAIL_FROM", "n@x.example"}, []string{"NIVARAN_MAIL_SMTP", "submission://"}},
		{"mail sender", []string{"NIVARAN_MAIL_SMTP", "smtp://127.0.0.1"}, []string{"NIVARAN_MAIL_FROM", "no-reply@"}},
		{"mail password in clear", []string{"NIVARAN_MAIL_SMTP", "smtps://u:secret@h", "NIVARAN_MAIL_FROM", "n@x.example", "NIVARAN_MAIL_PASSWORD", "p"}, []string{"NIVARAN_MAIL_PASSWORD"}},
		{"mail user without password", []string{"NIVARAN_MAIL_SMTP", "smtps://u@h", "NIVARAN_MAIL_FROM", "n@x.example"}, []string{"NIVARAN_MAIL_PASSWORD"}},
		{"issuer", []string{"NIVARAN_OIDC_ISSUER", "login.example", "NIVARAN_OIDC_CLIENT_ID", "n"}, []string{"NIVARAN_OIDC_ISSUER", "https://login.example"}},
		{"issuer in clear", []string{"NIVARAN_OIDC_ISSUER", "http://login.example", "NIVARAN_OIDC_CLIENT_ID", "n"}, []string{"NIVARAN_OIDC_ISSUER", "https://"}},
		{"client", []string{"NIVARAN_OIDC_ISSUER", "https://login.example"}, []string{"NIVARAN_OIDC_CLIENT_ID", "/sign-in/provider/return"}},
		{"scopes", []string{"NIVARAN_OIDC_ISSUER", "https://login.example", "NIVARAN_OIDC_CLIENT_ID", "n", "NIVARAN_OIDC_SCOPES", "email"}, []string{"NIVARAN_OIDC_SCOPES", "openid"}},
		{"role mapping", []string{"NIVARAN_OIDC_ROLE_CLAIM", "groups", "NIVARAN_OIDC_ROLES", "dc-hisar: district_nodal"}, []string{"NIVARAN_OIDC_ROLES", "district_nodal@DA-hisar"}},
		{"role mapping without office", []string{"NIVARAN_OIDC_ROLE_CLAIM", "groups", "NIVARAN_OIDC_ROLES", "dc = district_nodal@"}, []string{"NIVARAN_OIDC_ROLES", "which office"}},
		{"role claim alone", []string{"NIVARAN_OIDC_ROLE_CLAIM", "groups"}, []string{"NIVARAN_OIDC_ROLE_CLAIM", "NIVARAN_OIDC_ROLES"}},
		{"second factor", []string{"NIVARAN_OIDC_SECOND_FACTOR", "mfa"}, []string{"NIVARAN_OIDC_SECOND_FACTOR", "amr:mfa"}},
		{"secret twice", []string{"NIVARAN_X_BEARER", "a", "NIVARAN_X_BEARER_FILE", "b"}, []string{"NIVARAN_X_BEARER", "keep one"}},
		{"secret file missing", []string{"NIVARAN_X_BEARER_FILE", "no/such/file"}, []string{"NIVARAN_X_BEARER", "no/such/file"}},
		{"helper in clear", []string{"NIVARAN_ASSIST_URL", "http://llm.example/v1", "NIVARAN_ASSIST_MODEL", "m"}, []string{"NIVARAN_ASSIST_URL", "NIVARAN_ASSIST_PRIVATE_HOST"}},
		{"helper with its key in the address", []string{"NIVARAN_ASSIST_URL", "https://u:secret@llm.example/v1", "NIVARAN_ASSIST_MODEL", "m"}, []string{"NIVARAN_ASSIST_KEY"}},
		{"another host", []string{"NIVARAN_ASSIST_URL", "https://llm.example/v1", "NIVARAN_ASSIST_MODEL", "m", "NIVARAN_ASSIST_PRIVATE_HOST", "10.0.0.7"}, []string{"NIVARAN_ASSIST_PRIVATE_HOST", "llm.example"}},
		{"helper without a model", []string{"NIVARAN_ASSIST_URL", "https://llm.example/v1"}, []string{"NIVARAN_ASSIST_MODEL"}},
		{"helper that is waited for too long", []string{"NIVARAN_ASSIST_URL", "https://llm.example/v1", "NIVARAN_ASSIST_MODEL", "m", "NIVARAN_ASSIST_TIMEOUT", "10m"}, []string{"NIVARAN_ASSIST_TIMEOUT", "50s"}},
		{"helper for nobody", []string{"NIVARAN_ASSIST_URL", "https://llm.example/v1", "NIVARAN_ASSIST_MODEL", "m", "NIVARAN_ASSIST_DAILY", "0"}, []string{"NIVARAN_ASSIST_DAILY"}},
		{"all at once", []string{"NIVARAN_X_POLL", "soon", "NIVARAN_LOOKUP_TRIES", "few"}, []string{"NIVARAN_X_POLL", "NIVARAN_LOOKUP_TRIES"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(env(tt.env...))
			if err == nil {
				t.Fatal("Read took it")
			}
			for _, want := range tt.wants {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not name %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "secret@") {
				t.Errorf("error %q shows a password", err)
			}
		})
	}
}

func TestRoleMappings(t *testing.T) {
	c, err := Read(env("NIVARAN_OIDC_ROLE_CLAIM", "groups", "NIVARAN_OIDC_ROLES", "cn=dc hisar,ou=x = district_nodal@DA-hisar; cell=clerk;\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.RoleMappings()
	want := []RoleMapping{{"cn=dc hisar,ou=x", "district_nodal", "DA-hisar"}, {"cell", "clerk", ""}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("mappings = %v, %v, want %v", got, err, want)
	}
}

func TestList(t *testing.T) {
	c, err := Read(env(
		"NIVARAN_DB", "postgres://nivaran:hush@db.example/nivaran?password=hush",
		"NIVARAN_X_CONSUMER_SECRET", "hush",
	))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := c.List(&out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "hush") {
		t.Errorf("a secret is listed:\n%s", out.String())
	}
	for _, want := range []string{"postgres://nivaran:xxxxx@db.example/nivaran", "(hidden)", "Asia/Kolkata", "10s"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the list lacks %q:\n%s", want, out.String())
		}
	}
}

// Every field has a variable of its own, a meaning, and a type that can be read.
func TestEverySettingIsListed(t *testing.T) {
	var c Config
	seen := map[string]bool{}
	for i, s := range settings(&c) {
		field := reflect.TypeFor[Config]().Field(i).Name
		if s.name == prefix || s.meaning == "" || seen[s.name] {
			t.Errorf("field %s has no variable of its own or no meaning", field)
		}
		seen[s.name] = true
		if s.value.Kind() == reflect.String && !s.secret && strings.Contains(strings.ToLower(field), "secret") {
			t.Errorf("field %s is shown in the list", field)
		}
	}
}
