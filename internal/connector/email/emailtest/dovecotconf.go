package emailtest

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// write lays out the folder: settings, password, mailbox.
func (d *Dovecot) write(version string) error {
	as, err := runsAs()
	if err != nil {
		return err
	}
	group, err := user.LookupGroupId(as.Gid)
	if err != nil {
		return err
	}
	conf := conf23
	if !strings.HasPrefix(version, "2.3") {
		conf = "dovecot_config_version = " + shortVersion(version) + "\ndovecot_storage_version = " + shortVersion(version) + "\n" + conf24
	}
	conf = strings.NewReplacer("DIR", d.dir, "PORT", d.port, "USER", as.Username, "GROUP", group.Name, "UID", as.Uid, "GID", as.Gid).Replace(conf)
	if err := os.Chmod(d.dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(d.dir, "dovecot.conf"), []byte(conf), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(d.dir, "passwd"), fmt.Appendf(nil, "%s:{PLAIN}%s::::::\n", d.Address, d.Password), 0o644); err != nil {
		return err
	}
	for _, sub := range []string{"mail", "mail/" + d.Address, "mail/" + d.Address + "/cur", "mail/" + d.Address + "/new", "mail/" + d.Address + "/tmp"} {
		if err := os.MkdirAll(filepath.Join(d.dir, sub), 0o755); err != nil {
			return err
		}
		if err := d.own(filepath.Join(d.dir, sub)); err != nil {
			return err
		}
	}
	return nil
}

// own hands a file to the user that reads the mail.
func (d *Dovecot) own(path string) error {
	if os.Getuid() != 0 {
		return nil
	}
	as, err := runsAs()
	if err != nil {
		return err
	}
	uid, err := strconv.Atoi(as.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(as.Gid)
	if err != nil {
		return err
	}
	return os.Chown(path, uid, gid)
}

// shortVersion takes "2.4.1" from "2.4.1-4 (7d8c0e5759)".
func shortVersion(version string) string {
	end := strings.IndexFunc(version, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if end < 0 {
		return version
	}
	return version[:end]
}

// conf23 is for Dovecot 2.3 (Debian 12), conf24 for 2.4 (Debian 13), which renamed
// several settings.
const (
	conf23 = `base_dir = DIR/run
state_dir = DIR/run
log_path = DIR/log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
default_internal_user = USER
default_internal_group = GROUP
default_login_user = USER
first_valid_uid = 1
mail_location = maildir:DIR/mail/%u
mail_uid = UID
mail_gid = GID
auth_mechanisms = plain login
passdb {
  driver = passwd-file
  args = DIR/passwd
}
userdb {
  driver = static
  args = home=DIR/mail/%u
}
` + services

	conf24 = `base_dir = DIR/run
state_dir = DIR/run
log_path = DIR/log
listen = 127.0.0.1
protocols = imap
ssl = no
auth_allow_cleartext = yes
default_internal_user = USER
default_internal_group = GROUP
default_login_user = USER
first_valid_uid = 1
mail_driver = maildir
mail_home = DIR/mail/%{user}
mail_path = DIR/mail/%{user}
mail_uid = UID
mail_gid = GID
auth_mechanisms {
  plain = yes
  login = yes
}
passdb passwd-file {
  passwd_file_path = DIR/passwd
}
userdb static {
}
` + services

	services = `service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = PORT
  }
  inet_listener imaps {
    port = 0
  }
}
`
)
