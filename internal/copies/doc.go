// Package copies tells whether two posts say the same thing: word for word, in other words,
// or in another script or language. It reads no database and remembers nothing: who asks
// brings the posts. What a pair becomes (a proposal, a fold, a cluster) is for desk and
// intake to say.
package copies
