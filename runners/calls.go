package runners

import (
	"context"
	"fmt"
	"math"

	"joulemark/workloads"
)

// greet exchanges hello.
func (w *Worker) greet(ctx context.Context) error {
	return w.ask(ctx, kindHello, w.limits.Hello,
		func(h header) any { return helloRequest{h, Protocol} },
		func(k kind, line []byte, sentNS, receivedNS int64) (err error) {
			w.hello, err = parseHello(k, line, sentNS, receivedNS)
			return err
		})
}

// Devices lists what the runner can compute on, at least one device.
// ErrUnavailable says what is missing.
func (w *Worker) Devices(ctx context.Context) (devices []Device, err error) {
	err = w.ask(ctx, kindDevices, w.limits.Devices,
		func(h header) any { return h },
		func(k kind, line []byte, _, _ int64) (err error) {
			devices, w.about, err = parseDevices(k, line)
			return err
		})
	if err == nil && len(devices) == 0 {
		err = fmt.Errorf("%w: runner %s sees no device: see that its hardware is plugged in and its driver loaded", ErrUnavailable, w.launch.Runner)
	}
	return devices, err
}

// About is what the runner said of its stack when it listed its devices.
func (w *Worker) About() About { return w.about }

// Prepare makes a workload ready on a device and frees the one before it. The
// seed must be below 2^63, as the protocol carries it. ErrUnsupported and
// ErrUnavailable leave the worker alive.
func (w *Worker) Prepare(ctx context.Context, deviceID string, wl workloads.Workload, o Options) (info Info, err error) {
	encoded, err := workloads.Encode(wl)
	if err != nil {
		return info, fmt.Errorf("%w: runner %s: %w", ErrUnsupported, w.launch.Runner, err)
	}
	if o.Seed > maxSeed {
		return info, fmt.Errorf("%w: seed %d does not fit the protocol: choose one below 2^63", ErrUnsupported, o.Seed)
	}
	err = w.ask(ctx, kindPrepare, w.limits.Prepare,
		func(h header) any { return prepareRequest{h, encoded, deviceID, o.Seed, o.Threads, o.ISA} },
		func(k kind, line []byte, _, _ int64) (err error) {
			info, err = parsePrepared(k, line)
			return err
		})
	return info, err
}

// Verify returns output elements of the last iteration, one a point and in the
// same order. A value that is not finite comes as NaN.
func (w *Worker) Verify(ctx context.Context, points []Point) ([]float64, error) {
	values := make([]float64, 0, len(points))
	for len(points) > 0 {
		some := points[:min(maxPoints, len(points))]
		points = points[len(some):]
		err := w.ask(ctx, kindVerify, w.limits.Verify,
			func(h header) any { return verifyRequest{h, some} },
			func(k kind, line []byte, _, _ int64) (err error) {
				values, err = appendValues(values, len(some), k, line)
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	return values, nil
}

func appendValues(values []float64, want int, k kind, line []byte) ([]float64, error) {
	got, err := parse[valuesAnswer](kindValues, k, line)
	if err != nil {
		return nil, err
	}
	if len(got.Values) != want {
		return nil, fmt.Errorf("%d values came for %d points", len(got.Values), want)
	}
	for _, v := range got.Values {
		values = append(values, float64(v))
	}
	return values, nil
}

func positive(x float64) bool { return x > 0 && !math.IsInf(x, 1) }
