package workloads

import (
	"encoding/json"
	"fmt"
)

// The wire's names of the kinds, and all of them for messages.
const (
	kindMatmul = "matmul"
	kindLayer  = "layer"
	kindPeak   = "peak"
	kindStream = "stream"

	kinds = "matmul, layer, peak or stream"
)

// An envelope is what every workload carries on the wire besides its own fields.
type envelope struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Version int    `json:"version"`
}

// Encode gives the wire form of w: one JSON object of kind, name, version and
// every field of its kind, so that no reader needs the table of models.
// It refuses what Validate refuses.
func Encode(w Workload) (json.RawMessage, error) {
	if err := Validate(w); err != nil {
		return nil, err
	}
	switch w := w.(type) {
	case Matmul:
		w = w.WithDefaults()
		return json.Marshal(struct {
			envelope
			Matmul
		}{envelope{kindMatmul, w.Name(), Version}, w})
	case Layer:
		w = w.WithDefaults()
		return json.Marshal(struct {
			envelope
			Layer
		}{envelope{kindLayer, w.Name(), Version}, w})
	case Peak:
		w = w.WithDefaults()
		return json.Marshal(struct {
			envelope
			Peak
		}{envelope{kindPeak, w.Name(), Version}, w})
	case Stream:
		w = w.WithDefaults()
		return json.Marshal(struct {
			envelope
			Stream
		}{envelope{kindStream, w.Name(), Version}, w})
	}
	return nil, fmt.Errorf("%T is no kind of workload: give a %s", w, kinds)
}

// DecodeJSON reads the wire form and validates it. Unknown fields are ignored, and
// so is the name, which follows from the others; another version is refused,
// since its numbers would mean something else.
func DecodeJSON(b []byte) (Workload, error) {
	var e envelope
	if err := json.Unmarshal(b, &e); err != nil {
		return nil, fmt.Errorf("workload is not a JSON object of the wire form (%w): write what Encode writes", err)
	}
	if e.Version != Version {
		return nil, fmt.Errorf("workload has version %d and this program %d: use the program that wrote it", e.Version, Version)
	}
	switch e.Kind {
	case kindMatmul:
		return decodeAs(b, Matmul.WithDefaults)
	case kindLayer:
		return decodeAs(b, Layer.WithDefaults)
	case kindPeak:
		return decodeAs(b, Peak.WithDefaults)
	case kindStream:
		return decodeAs(b, Stream.WithDefaults)
	}
	return nil, fmt.Errorf("workload kind %q is not known: use %s", e.Kind, kinds)
}

func decodeAs[W Workload](b []byte, withDefaults func(W) W) (Workload, error) {
	var w W
	if err := json.Unmarshal(b, &w); err != nil {
		return nil, fmt.Errorf("workload has a field of the wrong type (%w): write what Encode writes", err)
	}
	w = withDefaults(w)
	if err := Validate(w); err != nil {
		return nil, err
	}
	return w, nil
}
