package pjrt

import "encoding/binary"

// A field is one field of a serialized protobuf message.
type field struct {
	number int
	value  uint64 // of wire type 0
	bytes  []byte // of wire type 2
}

// fields reads a message as far as it is one: foreign bytes give what could be read
// of them.
func fields(message []byte) (list []field) {
	for len(message) > 0 {
		f, rest, ok := nextField(message)
		if !ok {
			return list
		}
		list, message = append(list, f), rest
	}
	return list
}

func nextField(b []byte) (f field, rest []byte, ok bool) {
	key, n := binary.Uvarint(b)
	if n <= 0 || key>>3 == 0 || key>>3 > 1<<29 {
		return field{}, nil, false
	}
	f.number, b = int(key>>3), b[n:]
	switch key & 7 {
	case 0:
		f.value, n = binary.Uvarint(b)
		return f, b[max(n, 0):], n > 0
	case 1:
		return f, b[min(8, len(b)):], len(b) >= 8
	case 2:
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n) {
			return field{}, nil, false
		}
		end := n + int(length)
		f.bytes = b[n:end]
		return f, b[end:], true
	case 5:
		return f, b[min(4, len(b)):], len(b) >= 4
	}
	return field{}, nil, false
}

// all are the messages in the fields of that number.
func all(list []field, number int) (messages [][]byte) {
	for _, f := range list {
		if f.number == number && f.bytes != nil {
			messages = append(messages, f.bytes)
		}
	}
	return messages
}

// last is the text in the last field of that number.
func last(list []field, number int) string {
	messages := all(list, number)
	if len(messages) == 0 {
		return ""
	}
	return string(messages[len(messages)-1])
}
