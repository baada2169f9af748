package runners

import "golang.org/x/sys/unix"

const clockID = unix.CLOCK_UPTIME_RAW
