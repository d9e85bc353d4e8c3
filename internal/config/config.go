// Package config holds every setting of the program: read once at start from
// NIVARAN_… variables, checked together, and listed for the administrator. What
// belongs to one official account (mailboxes, tokens) is not a setting; it lies
// in the database.
package config

import (
	"log/slog"
	"net/url"
	"path/filepath"
	"time"
)

// TimeZone is where working days and holidays are counted, whatever the machine's own zone is.
const TimeZone = "Asia/Kolkata"

// Config is all settings. Each field's tags tell its variable (after NIVARAN_),
// its default and its meaning; a secret may also come from the file that the
// variable with _FILE at its end names.
type Config struct {
	Data        string `env:"DATA" default:"data" help:"Folder of the SQLite database, the files and the secret key"`
	DB          string `env:"DB" secret:"true" help:"Address of PostgreSQL, postgres://user:password@host/name; empty: SQLite in the data folder"`
	KeyFile     string `env:"KEY_FILE" help:"File of the key that encrypts tokens and passwords of official accounts, made when missing; empty: secret.key in the data folder"`
	Listen      string `env:"LISTEN" default:"127.0.0.1:8080" help:"Address and port of the pages, the API and the webhooks"`
	Metrics     string `env:"METRICS" help:"Address and port of /metrics, for example 127.0.0.1:9090; empty: not served"`
	BaseURL     string `env:"BASE_URL" default:"http://localhost:8080" help:"Address under which citizens, officers and the channels reach the program; it stands in links. Passkeys need https and a name, not an IP number"`
	ProxyHeader string `env:"PROXY_HEADER" help:"Header in which a proxy of yours gives the visitor's address, for example X-Forwarded-For; empty: no proxy"`

	LogLevel  slog.Level `env:"LOG_LEVEL" default:"INFO" help:"Least weight of what is logged: DEBUG, INFO, WARN or ERROR"`
	LogFormat string     `env:"LOG_FORMAT" default:"text" help:"Form of the log: text or json"`

	XURL            string        `env:"X_URL" default:"https://api.x.com" help:"Base address of X's API"`
	XAuthorizeURL   string        `env:"X_AUTHORIZE_URL" default:"https://x.com/i/oauth2/authorize" help:"Page of X on which the owner of an account consents"`
	XConsumerKey    string        `env:"X_CONSUMER_KEY" secret:"true" help:"Consumer key of the X app"`
	XConsumerSecret string        `env:"X_CONSUMER_SECRET" secret:"true" help:"Consumer secret of the X app; X signs webhooks with it"`
	XBearer         string        `env:"X_BEARER" secret:"true" help:"App-only bearer token of the X app"`
	XClientID       string        `env:"X_CLIENT_ID" secret:"true" help:"OAuth 2.0 client id of the X app, for the refresh of tokens"`
	XClientSecret   string        `env:"X_CLIENT_SECRET" secret:"true" help:"OAuth 2.0 client secret of the X app"`
	XEnterprise     bool          `env:"X_ENTERPRISE" default:"false" help:"The X plan is Enterprise: replies need no summons"`
	XPoll           time.Duration `env:"X_POLL" default:"2m" help:"How often X is asked for news beside its webhook"`

	FacebookURL         string        `env:"FACEBOOK_URL" default:"https://graph.facebook.com/v26.0" help:"Base address of Facebook's Graph API"`
	FacebookDialogURL   string        `env:"FACEBOOK_DIALOG_URL" default:"https://www.facebook.com/v26.0/dialog/oauth" help:"Page of Facebook on which the owner of a page consents"`
	FacebookConfigID    string        `env:"FACEBOOK_CONFIG_ID" help:"Id of the configuration of Facebook Login for Business; empty: permissions are asked for one by one"`
	FacebookAppID       string        `env:"FACEBOOK_APP_ID" help:"Id of the Facebook app"`
	FacebookAppSecret   string        `env:"FACEBOOK_APP_SECRET" secret:"true" help:"Secret of the Facebook app; Facebook signs webhooks with it"`
	FacebookVerifyToken string        `env:"FACEBOOK_VERIFY_TOKEN" secret:"true" help:"Word that Facebook repeats when the webhook is set up"`
	FacebookPoll        time.Duration `env:"FACEBOOK_POLL" default:"5m" help:"How often Facebook is asked for news beside its webhook"`

	GoogleClientID     string `env:"GOOGLE_CLIENT_ID" help:"OAuth 2.0 client id with Google, for mailboxes at Gmail and Workspace"`
	GoogleClientSecret string `env:"GOOGLE_CLIENT_SECRET" secret:"true" help:"OAuth 2.0 client secret with Google"`
	GoogleAuthorizeURL string `env:"GOOGLE_AUTHORIZE_URL" default:"https://accounts.google.com/o/oauth2/v2/auth" help:"Page of Google on which the owner of a mailbox consents"`
	GoogleTokenURL     string `env:"GOOGLE_TOKEN_URL" default:"https://oauth2.googleapis.com/token" help:"Where Google gives tokens"`
	GoogleRevokeURL    string `env:"GOOGLE_REVOKE_URL" default:"https://oauth2.googleapis.com/revoke" help:"Where Google ends a consent"`
	GoogleIMAP         string `env:"GOOGLE_IMAP" default:"imaps://imap.gmail.com:993" help:"Google's server for reading mail"`
	GoogleSMTP         string `env:"GOOGLE_SMTP" default:"smtps://smtp.gmail.com:465" help:"Google's server for sending mail"`

	MicrosoftClientID     string `env:"MICROSOFT_CLIENT_ID" help:"OAuth 2.0 client id with Microsoft, for mailboxes at Microsoft 365"`
	MicrosoftClientSecret string `env:"MICROSOFT_CLIENT_SECRET" secret:"true" help:"OAuth 2.0 client secret with Microsoft"`
	MicrosoftAuthorizeURL string `env:"MICROSOFT_AUTHORIZE_URL" default:"https://login.microsoftonline.com/common/oauth2/v2.0/authorize" help:"Page of Microsoft on which the owner of a mailbox consents; with the tenant's id in place of common where the app belongs to one"`
	MicrosoftTokenURL     string `env:"MICROSOFT_TOKEN_URL" default:"https://login.microsoftonline.com/common/oauth2/v2.0/token" help:"Where Microsoft gives tokens"`
	MicrosoftIMAP         string `env:"MICROSOFT_IMAP" default:"imaps://outlook.office365.com:993" help:"Microsoft's server for reading mail"`
	MicrosoftSMTP         string `env:"MICROSOFT_SMTP" default:"smtp://smtp.office365.com:587" help:"Microsoft's server for sending mail"`

	MailPrivate bool          `env:"MAIL_PRIVATE" default:"false" help:"Mailboxes may lie on private addresses, as on a mail server of the state's own network"`
	MailPoll    time.Duration `env:"MAIL_POLL" default:"5m" help:"How often mailboxes are read beside IDLE"`

	MailSMTP     string `env:"MAIL_SMTP" help:"Mail server for notices and invitations to officers, smtps://user@host:465, submission://user@host:587 (STARTTLS) or smtp://host:25; empty: no such mail"`
	MailFrom     string `env:"MAIL_FROM" help:"Sender of mail to officers, for example Nivaran <no-reply@nivaran.example>"`
	MailPassword string `env:"MAIL_PASSWORD" secret:"true" help:"Password of the user named in NIVARAN_MAIL_SMTP"`

	OIDCIssuer       string `env:"OIDC_ISSUER" help:"Identity provider with which officers may sign in too (OpenID Connect), as its discovery document names it; empty: none"`
	OIDCClientID     string `env:"OIDC_CLIENT_ID" help:"Client id of this program at the identity provider"`
	OIDCClientSecret string `env:"OIDC_CLIENT_SECRET" secret:"true" help:"Client secret of this program at the identity provider; empty: a public client, PKCE alone"`
	OIDCName         string `env:"OIDC_NAME" default:"Single sign-on" help:"What officers call the identity provider; it stands on the button"`
	OIDCScopes       string `env:"OIDC_SCOPES" default:"openid email profile" help:"Scopes that are asked for, with blanks between them"`
	OIDCRoleClaim    string `env:"OIDC_ROLE_CLAIM" help:"Claim that holds an officer's roles, for example groups or realm_access.roles; empty: the provider says who it is, charges are given here"`
	OIDCRoles        string `env:"OIDC_ROLES" help:"What each value of the claim is here: VALUE = ROLE@OFFICE grants that charge while the value is there, VALUE = ROLE allows charges of that role held here; semicolons between them"`
	OIDCSecondFactor string `env:"OIDC_SECOND_FACTOR" help:"What shows that the provider asked for a second factor, amr:VALUE or acr:VALUE with blanks between them; otherwise, and when empty, ours is asked for"`

	Timeout      time.Duration `env:"TIMEOUT" default:"10s" help:"Longest wait for an answer of an outside service"`
	LookUpWait   time.Duration `env:"LOOKUP_WAIT" default:"60s" help:"Wait before each look whether a reply of doubtful end was published"`
	LookUpTries  int           `env:"LOOKUP_TRIES" default:"3" help:"How often is looked before an officer is asked"`
	JobTimeout   time.Duration `env:"JOB_TIMEOUT" default:"30s" help:"Longest run of a job"`
	Rescue       time.Duration `env:"RESCUE" default:"45s" help:"After this the job of a killed worker runs again"`
	PrivateFetch bool          `env:"PRIVATE_FETCH" default:"false" help:"Fetch from private and loopback addresses too; for trials and tests only"`

	AssistURL         string        `env:"ASSIST_URL" help:"Base address of a language model with the Chat Completions form, for example https://llm.example/v1; empty: no language helper"`
	AssistModel       string        `env:"ASSIST_MODEL" help:"Name of the model that is asked"`
	AssistKey         string        `env:"ASSIST_KEY" secret:"true" help:"Key for the language model; empty: it asks for none"`
	AssistTimeout     time.Duration `env:"ASSIST_TIMEOUT" default:"30s" help:"Longest wait for the language model"`
	AssistDaily       int           `env:"ASSIST_DAILY" default:"50" help:"How often an officer may ask the language model in a day"`
	AssistPrivateHost string        `env:"ASSIST_PRIVATE_HOST" help:"Host of NIVARAN_ASSIST_URL, when it is a machine of the state's own network: it may lie on a private address, and without https"`

	AckMaxAge      time.Duration `env:"ACK_MAX_AGE" default:"24h" help:"A post older than this is not acknowledged by itself"`
	AckDailyLimit  int           `env:"ACK_DAILY_LIMIT" default:"5" help:"Acknowledgements an author gets in a day at most"`
	FeedbackWindow time.Duration `env:"FEEDBACK_WINDOW" default:"168h" help:"How long a citizen may say whether the answer settled the matter"`
}

// KeyPath is the file of the key that encrypts secrets at rest.
func (c *Config) KeyPath() string {
	if c.KeyFile != "" {
		return c.KeyFile
	}
	return filepath.Join(c.Data, "secret.key")
}

// Secure tells whether citizens and officers come by https, so that cookies may insist on it.
func (c *Config) Secure() bool {
	u, err := url.Parse(c.BaseURL)
	return err == nil && u.Scheme == "https"
}
