package nvml

import (
	"encoding/binary"
	"fmt"
	"math"
)

// pciInfo is nvmlPciInfo_t. Its first version ends before busID and begins alike, so
// the three numbers are what may be read with every driver.
type pciInfo struct {
	busIDLegacy                                    [16]byte
	domain, bus, device, pciDeviceID, pciSubsystem uint32
	busID                                          [32]byte
}

func (p *pciInfo) address() string { return addressOf(p.domain, p.bus, p.device) }

// addressOf writes an address as Linux does. A card's function is 0: NVML's own
// format, NVML_DEVICE_PCI_BUS_ID_FMT, ends in .0 for all.
func addressOf(domain, bus, device uint32) string {
	return fmt.Sprintf("%04x:%02x:%02x.0", domain, bus, device)
}

// fieldValue is nvmlFieldValue_t.
type fieldValue struct {
	fieldID, scopeID       uint32
	timestampUS, latencyUS int64
	valueType, code        uint32
	value                  [8]byte // a union
}

// processInfo is nvmlProcessInfo_t of the calls _v2 and _v3.
type processInfo struct {
	pid                          uint32
	usedMemory                   uint64
	gpuInstance, computeInstance uint32
}

// Types of a field's value, nvmlValueType_t.
const (
	valueDouble        = 0
	valueUnsigned32    = 1
	valueUnsignedLong  = 2 // 64 bits on every system this runs on
	valueUnsigned64    = 3
	valueSigned64      = 4
	valueSigned32      = 5
	valueUnsignedShort = 6
)

// virtualGPU is NVML_GPU_VIRTUALIZATION_MODE_VGPU: inside a guest, a slice of a card.
const virtualGPU = 2

// decode reads the union.
func decode(valueType uint32, b [8]byte) float64 {
	bits := binary.NativeEndian.Uint64(b[:])
	half := binary.NativeEndian.Uint32(b[:4])
	switch valueType {
	case valueDouble:
		return math.Float64frombits(bits)
	case valueUnsigned32:
		return float64(half)
	case valueUnsignedLong, valueUnsigned64:
		return float64(bits)
	case valueSigned64:
		return float64(int64(bits))
	case valueSigned32:
		return float64(int32(half))
	case valueUnsignedShort:
		return float64(binary.NativeEndian.Uint16(b[:2]))
	}
	return math.NaN()
}

const fieldsName = "nvmlDeviceGetFieldValues"

// noData is NVML_ERROR_NO_DATA, given also for a type that this program does not know.
const noData = 21

// set fills a field from what NVML returned for it.
func (f *Field) set(code, valueType uint32, value [8]byte) {
	f.Value = math.NaN()
	if code == 0 {
		if f.Value = decode(valueType, value); math.IsNaN(f.Value) {
			code = noData
		}
	}
	f.Err = failure(fmt.Sprintf("%s, field %d", fieldsName, f.ID), code)
}

// allFailed gives every field the error of the call.
func allFailed(fields []Field, err error) error {
	for i := range fields {
		fields[i].Value, fields[i].Err = math.NaN(), err
	}
	return err
}

// text is a C string in a buffer.
func text(b []byte) string {
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}
