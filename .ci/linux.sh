# Sourced: a Linux of Debian 13 to boot in an emulator, with all that it needs in a folder
# of its own, and started by the loader of that folder; Bochs 3.0 is of Debian 13 too.
parts="${JOULEMARK_PARTS:-${XDG_CACHE_HOME:-$HOME/.cache}/joulemark/parts}/processors"
lib="$parts/root/usr/lib/x86_64-linux-gnu"

# The kernel has no version: the archive keeps the newest of them alone.
linux_packages=(bochs=3.0+dfsg-1 bochsbios=3.0+dfsg-1 vgabios isolinux syslinux-common xorriso busybox-static linux-image-cloud-amd64)

install_linux() {
	[ "$(cat "$parts/packages.txt" 2>/dev/null)" != "${linux_packages[*]}" ] || return 0
	rm -rf "$parts"
	mkdir -p "$parts"/{root,lists/partial,cache/archives/partial}
	: >"$parts/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main" >"$parts/sources.list"
	local apt=(apt-get -q -o "Dir::Etc::sourcelist=$parts/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$parts/lists"
		-o "Dir::State::status=$parts/status" -o "Dir::Cache=$parts/cache" -o APT::Install-Recommends=no -o APT::Sandbox::User=root)
	"${apt[@]}" update
	"${apt[@]}" install -y --download-only "${linux_packages[@]}" >"$parts/apt.log" || { tail "$parts/apt.log"; return 1; }
	for deb in "$parts"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$parts/root"; done
	rm -rf "$parts/cache" "$parts/lists"
	echo "${linux_packages[*]}" >"$parts/packages.txt"
}

of_debian13() { "$lib/ld-linux-x86-64.so.2" --library-path "$lib" "$parts/root/usr/bin/$1" "${@:2}"; }

# initrd ROOT FILE: the folder as what Linux starts from. /init is the standard input; before it
# come the shell, its commands as functions of busybox, and the file systems that programs expect.
initrd() {
	mkdir -p "$1"/{bin,proc,sys,dev,tmp}
	cp "$parts/root/usr/bin/busybox" "$1/bin/"
	{
		cat <<-'EOS'
			#!/bin/busybox sh
			export PATH=/bin HOME=/tmp
			busybox mount -t proc p /proc; busybox mount -t sysfs s /sys; busybox mount -t devtmpfs d /dev; busybox mount -t tmpfs t /tmp
			cd /tmp
		EOS
		cat
	} >"$1/init"
	chmod +x "$1/init"
	(cd "$1" && find . | bin/busybox cpio -o -H newc 2>/dev/null) >"$2"
}
