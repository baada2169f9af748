package vector

//go:generate go run ./gen
