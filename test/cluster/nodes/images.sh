#!/usr/bin/env bash
# Builds images as archives in $CLUSTER/images: images.sh NAME… The names are pause, coredns, redis, postgres, gateway,
# emulator, and previous, which is the gateway of another repository ($OUTCROP_REPO).
source "$(dirname "$0")/lib.sh"
mkdir -p "$IMAGES"
# Concurrent builds would delete the files of each other.
exec 9>"$IMAGES/.lock"
flock 9
trap 'rm -rf "$IMAGES"/.layer-* "$IMAGES"/.oci-* "$IMAGES"/*.root' EXIT

# Creates the content of gcr.io/distroless/cc-debian12 from the same Debian packages.
base() {
  local root=$IMAGES/base.root packages=(base-files netbase tzdata ca-certificates libc6 libgcc-s1 libstdc++6 libgomp1 gcc-12-base libssl3)
  mkdir -p "$CLUSTER/debs" "$root" && (cd "$CLUSTER/debs" && [ -n "$(ls)" ] || apt-get download -qq "${packages[@]}")
  local deb
  for deb in "$CLUSTER"/debs/*.deb; do dpkg-deb -x "$deb" "$root"; done
  find "$root/usr/share/ca-certificates" -name '*.crt' -exec cat {} + >"$root/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$root"/usr/share/{doc,man,locale,lintian,bug} "$root"/usr/lib/x86_64-linux-gnu/gconv
  printf 'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n' >"$root/etc/group"
  mkdir -p "$root/home/nonroot" "$root/tmp" && chmod 1777 "$root/tmp" && chown 65532:65532 "$root/home/nonroot"
}

# Prepares an image of programs and their libraries: single NAME PROCESS-AS-JSON FILE…
single() {
  local name=$1 root=$IMAGES/$1.root file library
  echo "$2" >"$IMAGES/$name.json"
  shift 2
  mkdir -p "$root/etc" "$root/tmp" && chmod 1777 "$root/tmp"
  echo 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin' >"$root/etc/passwd"
  for file in "$@"; do
    install -D "$file" "$root/usr/local/bin/$(basename "$file")"
    for library in $(ldd "$file" 2>/dev/null | grep -o '/[^ ]*' | sort -u || true); do install -D "$(realpath "$library")" "$root$library"; done
  done
}

# Prepares an image with PostgreSQL of Debian. initdb needs a shell, and a name for the user 999 of the official image.
postgres() {
  local root=$IMAGES/postgres.root programs file
  programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  single postgres '{"entrypoint":["/bin/sh"],"env":["PATH=/usr/local/bin:/bin"],"user":"999:999"}' "$programs/postgres" "$programs/initdb" "$programs/psql" "$(realpath /bin/sh)"
  # The programs find their files by the path of the program.
  mkdir -p "$root$programs" "$root/bin" "$root/usr/share/postgresql" && mv "$root"/usr/local/bin/{postgres,initdb,psql} "$root$programs/"
  mv "$root/usr/local/bin/$(basename "$(realpath /bin/sh)")" "$root/bin/sh"
  ln -s "$programs/postgres" "$programs/initdb" "$programs/psql" "$root/usr/local/bin/"
  cp -r "${programs%/bin}/lib" "$root${programs%/bin}/lib" && rm -rf "$root${programs%/bin}"/lib/{bitcode,llvmjit*,pgxs}
  for file in "$root${programs%/bin}"/lib/*.so; do
    for library in $(ldd "$file" 2>/dev/null | grep -o '/[^ ]*' | sort -u || true); do [ -e "$root$library" ] || install -D "$(realpath "$library")" "$root$library"; done
  done
  cp -r "/usr/share/postgresql/$(basename "${programs%/bin}")" "$root/usr/share/postgresql/"
  echo 'postgres:x:999:999:postgres:/tmp:/bin/sh' >"$root/etc/passwd"
}

for name in "$@"; do
  case $name in
    postgres) postgres ;;
    pause) single pause '{"entrypoint":["/usr/local/bin/pause"],"user":"65535:65535"}' "$BIN/pause" ;;
    coredns) single coredns '{"entrypoint":["/usr/local/bin/coredns"],"user":"65532:65532"}' "$BIN/coredns" ;;
    redis) single redis '{"entrypoint":["/usr/local/bin/redis-server"],"user":"65532:65532","workdir":"/tmp"}' "$(realpath /usr/bin/redis-server)" ;;
    gateway | emulator | previous) [ -d "$IMAGES/base.root" ] || base ;;
  esac
done
[ ! -f "$IMAGES/redis.root/usr/local/bin/redis-check-rdb" ] || mv "$IMAGES/redis.root/usr/local/bin/redis-check-rdb" "$IMAGES/redis.root/usr/local/bin/redis-server"
timed "images: $*" "$NODE_BINARY" "$HERE/image.ts" "$REPO" "$IMAGES" "$IMAGES/base.root" "$@"
