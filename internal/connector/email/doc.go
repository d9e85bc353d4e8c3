// Package email is the channel of letters: it reads mailboxes over IMAP, makes posts of
// letters, and answers them over SMTP.
//
// Parse makes a Letter of any bytes: what cannot be read as mail is still a letter that
// holds the raw file. What a letter means for a case (whether it joins one, whether it
// is acknowledged) is decided elsewhere; this package only says what it saw: that it is
// automatic, that it bounced, what our own server thinks of its sender.
package email
