package facebook

import "encoding/json"

// What Facebook sends.

type actor struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type reference struct {
	ID string `json:"id"`
}

// object is a post, a comment or a message as the Graph API gives it.
type object struct {
	ID          string      `json:"id"`
	Message     string      `json:"message"`
	From        *actor      `json:"from"` // withheld on others' walls
	To          list[actor] `json:"to"`
	Parent      reference   `json:"parent"`
	CreatedTime string      `json:"created_time"`
	UpdatedTime string      `json:"updated_time"`
	Permalink   string      `json:"permalink_url"`

	Attachment  *attachment      `json:"attachment"`
	Attachments list[attachment] `json:"attachments"`
}

// list is a page of things: what was asked for, or a field of an object.
type list[T any] struct {
	Data   []T    `json:"data"`
	Paging paging `json:"paging"`
}

type paging struct {
	Cursors struct {
		After string `json:"after"`
	} `json:"cursors"`
	// Next says that there is more. It is never followed: it holds the token.
	Next string `json:"next"`
}

// after is the cursor of the next page, empty on the last.
func (p paging) after() string {
	if p.Next == "" {
		return ""
	}
	return p.Cursors.After
}

// attachment is what hangs on a post or comment, or on a message.
type attachment struct {
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
	Media       struct {
		Image struct {
			Src string `json:"src"`
		} `json:"image"`
		Source string `json:"source"`
	} `json:"media"`
	Subattachments struct {
		Data []attachment `json:"data"`
	} `json:"subattachments"`

	MimeType  string `json:"mime_type"`
	Name      string `json:"name"`
	Size      int64  `json:"size"`
	ImageData struct {
		URL string `json:"url"`
	} `json:"image_data"`
	VideoData struct {
		URL string `json:"url"`
	} `json:"video_data"`
	FileURL string `json:"file_url"`
}

// conversation is an exchange with one person.
type conversation struct {
	ID           string                `json:"id"`
	UpdatedTime  string                `json:"updated_time"`
	Participants list[actor]           `json:"participants"`
	Messages     list[json.RawMessage] `json:"messages"`
}

// delivery is the body of a webhook.
type delivery struct {
	Object string            `json:"object"`
	Entry  []json.RawMessage `json:"entry"`
}

// entry is what happened at one page. Time is seconds beside changes, milliseconds beside
// messaging.
type entry struct {
	ID        string            `json:"id"`
	Time      json.Number       `json:"time"`
	Changes   []json.RawMessage `json:"changes"`
	Messaging []json.RawMessage `json:"messaging"`
}

type change struct {
	Field string `json:"field"`
	Value value  `json:"value"`
}

type value struct {
	Item        string      `json:"item"`
	Verb        string      `json:"verb"`
	From        *actor      `json:"from"`
	PostID      string      `json:"post_id"`
	CommentID   string      `json:"comment_id"`
	ParentID    string      `json:"parent_id"`
	Message     string      `json:"message"`
	CreatedTime json.Number `json:"created_time"`
	Permalink   string      `json:"permalink_url"`
	Link        string      `json:"link"`
	Photo       string      `json:"photo"`
	Photos      []string    `json:"photos"`
	Video       string      `json:"video"`
}

type messaging struct {
	Sender    reference   `json:"sender"`
	Recipient reference   `json:"recipient"`
	Timestamp json.Number `json:"timestamp"`
	Message   *struct {
		Mid           string `json:"mid"`
		Text          string `json:"text"`
		IsEcho        bool   `json:"is_echo"`
		IsDeleted     bool   `json:"is_deleted"`
		IsUnsupported bool   `json:"is_unsupported"`
		ReplyTo       *struct {
			Mid string `json:"mid"`
		} `json:"reply_to"`
		Attachments []struct {
			Type    string `json:"type"`
			Payload struct {
				URL   string `json:"url"`
				Title string `json:"title"`
			} `json:"payload"`
		} `json:"attachments"`
	} `json:"message"`
}
