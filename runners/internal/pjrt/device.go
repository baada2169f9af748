package pjrt

import "unsafe"

// A Device computes.
type Device struct {
	ID      int      // global, as device assignments name it
	Ordinal int      // of the driver in this process: the CUDA ordinal; the place in the list where the plugin does not say
	Kind    string   // "NVIDIA H100 80GB HBM3", "TPU v4", "cpu"
	Said    []string // texts among its attributes
	client  *Client
	address uintptr
}

func (c *Client) device(place int, address uintptr) (*Device, error) {
	d := &Device{Ordinal: place, client: c, address: address}
	description, err := c.child(deviceGetDescription, deviceGetDescriptionArgs, address)
	if err != nil {
		return nil, err
	}
	if d.ID, err = c.number(descriptionID, descriptionIDArgs, description); err != nil {
		return nil, err
	}
	if d.Kind, err = c.text(descriptionKind, descriptionKindArgs, description); err != nil {
		return nil, err
	}
	// What follows may be missing; -1 is XLA's "not known".
	if ordinal, err := c.number(deviceLocalHardwareID, deviceLocalHardwareIDArgs, address); err == nil && ordinal >= 0 {
		d.Ordinal = ordinal
	}
	d.Said = c.attributes(description)
	return d, nil
}

// attributes are the values of the device's attributes that are texts.
func (c *Client) attributes(description uintptr) (texts []string) {
	args := &attributesC{Description: description}
	if c.call(descriptionAttributes, descriptionAttributesArgs, unsafe.Pointer(args)) != nil {
		return nil
	}
	for at, n := args.Attributes, args.Count; at != 0 && n > 0; n-- {
		v := **(**namedValueC)(unsafe.Pointer(&at))
		if v.Type == namedString {
			texts = append(texts, oneLine(string(bytesAt(uintptr(v.Value), v.ValueSize))))
		}
		at += unsafe.Sizeof(namedValueC{})
	}
	return texts
}

// Memory is what programs may hold on the device and what of it they hold; 0 where
// the plugin does not say.
func (d *Device) Memory() (limitBytes, usedBytes int64) {
	args := &memoryStatsC{Device: d.address}
	if d.client.call(deviceMemoryStats, deviceMemoryStatsArgs, unsafe.Pointer(args)) != nil || !args.LimitIsSet {
		return 0, 0
	}
	return args.Limit, args.InUse
}
