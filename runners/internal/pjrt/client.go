package pjrt

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unsafe"
)

// A Client is a plugin with its devices taken into use.
type Client struct {
	*Plugin
	Platform string // as the plugin names it: "cpu", "cuda", "tpu"
	Version  string // of the platform, in the plugin's words
	Refused  string // what the plugin said of the options, without which it was then asked; "" = nothing
	Devices  []*Device
	address  uintptr
}

// NewClient takes the devices into use. A plugin that knows none of the options, or
// not all, is asked again without them.
func (p *Plugin) NewClient(options ...Option) (*Client, error) {
	c := &Client{Plugin: p}
	err := c.create(options)
	if refused := (*Error)(nil); len(options) > 0 && errors.As(err, &refused) && refused.aboutOptions() {
		c.Refused = refused.Message
		err = c.create(nil)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Path, err)
	}
	return c, c.describe()
}

// aboutOptions reports whether the words of XLA's ValidateCreateOptions or of a
// plugin of that kind are meant: "Unexpected option name passed to …".
func (e *Error) aboutOptions() bool {
	return (e.Code == InvalidArgument || e.Code == Unimplemented) && strings.Contains(strings.ToLower(e.Message), "option")
}

func (c *Client) create(options []Option) error {
	var pin runtime.Pinner
	defer pin.Unpin()
	args := &clientCreateC{OptionCount: uintptr(len(options))}
	if len(options) > 0 {
		args.Options = c.namedValues(&pin, options)
	}
	err := c.call(clientCreate, clientCreateArgs, unsafe.Pointer(args))
	c.address = args.Client
	return err
}

// describe asks for what does not change during the client's life.
func (c *Client) describe() (err error) {
	if c.Platform, err = c.text(clientPlatformName, clientPlatformNameArgs, c.address); err != nil {
		return err
	}
	if c.Version, err = c.text(clientPlatformVersion, clientPlatformVersionArgs, c.address); err != nil {
		return err
	}
	args := &addressableDevicesC{Client: c.address}
	if err := c.call(clientAddressableDevices, clientAddressableDevicesArgs, unsafe.Pointer(args)); err != nil {
		return err
	}
	for i, address := range pointersAt(args.Devices, args.Count) {
		d, err := c.device(i, address)
		if err != nil {
			return err
		}
		c.Devices = append(c.Devices, d)
	}
	if len(c.Devices) == 0 {
		return &Error{Call: functions[clientAddressableDevices].name, Code: 5, Message: "no device"}
	}
	return nil
}
