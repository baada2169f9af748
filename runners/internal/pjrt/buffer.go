package pjrt

import (
	"fmt"
	"runtime"
	"unsafe"

	"joulemark/workloads"
)

// bufferTypes are PJRT_Buffer_Type by stored type. int4 is S4, of which the host
// gives one element a byte and the plugin packs.
var bufferTypes = map[workloads.DType]int32{
	workloads.INT8: 2, workloads.INT32: 4, workloads.FP16: 10, workloads.FP32: 11, workloads.TF32: 11, workloads.FP64: 12, workloads.BF16: 13,
	workloads.FP8E5M2: 16, workloads.FP8E4M3: 17, workloads.INT4: 21,
}

// upload copies a row-major array to a device and waits until it is there.
func (d *Device) upload(stored workloads.DType, shape []int, data []byte) (uintptr, error) {
	kind, known := bufferTypes[stored]
	if !known || len(data) == 0 {
		return 0, fmt.Errorf("%d bytes of %s cannot be uploaded: give elements of a type of PJRT", len(data), stored)
	}
	dims := make([]int64, max(len(shape), 1))
	for i, n := range shape {
		dims[i] = int64(n)
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	pin.Pin(&data[0])
	pin.Pin(&dims[0])
	// Semantics 0, kImmutableOnlyDuringCall: the plugin keeps nothing of Go's.
	args := &fromHostC{Client: d.client.address, Data: address(&data[0]), Type: kind, Dims: address(&dims[0]), DimCount: uintptr(len(shape)), Device: d.address}
	if err := d.client.call(clientBufferFromHostBuffer, clientBufferFromHostBufferArgs, unsafe.Pointer(args)); err != nil {
		return 0, err
	}
	if err := d.client.await(args.Done); err != nil {
		_ = d.client.release(bufferDestroy, bufferDestroyArgs, args.Buffer) // the first error is told
		return 0, err
	}
	return args.Buffer, nil
}

// download copies a buffer to the host.
func (c *Client) download(buffer uintptr, into []byte) error {
	var pin runtime.Pinner
	defer pin.Unpin()
	pin.Pin(&into[0])
	args := &toHostC{Source: buffer, Data: address(&into[0]), DataLen: uintptr(len(into))}
	if err := c.call(bufferToHostBuffer, bufferToHostBufferArgs, unsafe.Pointer(args)); err != nil {
		return err
	}
	return c.await(args.Event)
}
