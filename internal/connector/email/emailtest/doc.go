// Package emailtest is the stand-in of the mail service: an IMAP server with the
// mailboxes of official accounts and a submission server for what they send, both in
// this process on loopback ports. It refuses what real servers refuse: a wrong
// password, a sender who is not the mailbox, an empty sender, an unknown recipient.
// Mailboxes open by password, and by OAuth 2.0 with pages of consent in the ways of Google
// and Microsoft. Letters to citizens wait in the citizens' own mailboxes, and OnMail lets them answer.
//
// Dovecot starts the real server for the wider check.
package emailtest
