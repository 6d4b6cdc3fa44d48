#!/bin/sh
# Installs what `deno run -A tests/interop/run.ts` needs on Debian: other languages' clients from Debian's packages and,
# as source in ${XDG_CACHE_HOME:-~/.cache}/haremq-interop, the test suites of clients.
# May be run again: only what is missing is fetched.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/haremq-interop
mkdir -p "$cache"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PATH="$PATH:/usr/local/go/bin:$HOME/.cargo/bin" DEBIAN_FRONTEND=noninteractive

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

packages="python3 python3-pip python3-lib2to3 python3-pytest python3-pytest-timeout python3-tornado python3-gevent
  python3-pika python3-kombu amqp-tools librabbitmq-client-java junit4 make curl pkg-config libssl-dev chromium
  python3-pyte zsh fish wine wine64 gcc-mingw-w64-x86-64-win32 gcc musl"
command -v javac >/dev/null || packages="$packages default-jdk-headless"
command -v go >/dev/null || packages="$packages golang-go"
command -v cargo >/dev/null || packages="$packages cargo"
missing=""
for package in $packages; do
  dpkg-query --show --showformat '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
if [ -n "$missing" ]; then
  as_root apt-get -q update
  as_root apt-get -q install -y --no-install-recommends -o DPkg::Lock::Timeout=300 $missing
fi

# The upstream part of a Debian source package, unpacked in $scratch. Its release is fixed, so that the tests are the same
# everywhere; the archive's address is the one that this machine's own packages come from.
upstream_source() {
  package=$1 version=$2 archive=${1}_${2%-*}.orig.tar.gz
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  site=$(apt-get indextargets --format '$(SITE) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' | sed -n 's/ main Debian$//p' | head -1)
  mkdir -p "$scratch/lists/partial"
  echo "deb-src [signed-by=$keyring] $site trixie main" >"$scratch/sources.list"
  set -- -q -o Dir::Etc::SourceList="$scratch/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$scratch/lists" \
    -o APT::Sandbox::User=
  [ -n "$(ls "$scratch"/lists/*Sources* 2>/dev/null)" ] || apt-get "$@" update
  set -- $(apt-get "$@" source --print-uris --tar-only "$package=$version" | sed -n "s/^'\(.*\)' $archive [0-9]* /\1 /p")
  /usr/lib/apt/apt-helper -o APT::Sandbox::User= download-file "$1" "$scratch/$archive" "$2"
  tar xzf "$scratch/$archive" -C "$scratch"
}

# pika's acceptance tests are in its source only.
if [ ! -d "$cache/pika-1.3.2" ]; then
  upstream_source python-pika 1.3.2-1
  (
    cd "$scratch"
    sed -i 's/port=5672/port=int(os.environ["PIKA_TEST_PORT"])/' pika-1.3.2/tests/base/async_test_base.py
    sed -i -e '0,/^import/s//import os\nimport/' -e "s/{'port': 5672}/{'port': os.environ['PIKA_TEST_PORT']}/" \
      pika-1.3.2/tests/acceptance/blocking_adapter_test.py
  )
  mv "$scratch/pika-1.3.2" "$cache/"
fi

# So are the tests of RabbitMQ's Java client. Since RabbitMQ 3.8 `rabbitmqctl -q` prints names of columns, which they don't
# expect. Those of its metrics use a library that Debian lacks.
if [ ! -d "$cache/rabbitmq-java-client-5.0.0" ]; then
  upstream_source rabbitmq-java-client 5.0.0-1.1
  (
    cd "$scratch/rabbitmq-java-client-5.0.0/src/test/java"
    rm com/rabbitmq/client/test/functional/Metrics.java
    sed -i '/Metrics.class/d' com/rabbitmq/client/test/functional/FunctionalTests.java
    sed -i 's/list_connections -q/list_connections -s/' com/rabbitmq/tools/Host.java
    cd com/rabbitmq/client/test
    rm StandardMetricsCollectorTest.java ConnectionFactoryTest.java RecoveryAwareAMQConnectionFactoryTest.java AMQChannelTest.java ClientTests.java
    jars=/usr/share/java/amqp-client.jar:/usr/share/java/junit4.jar:/usr/share/java/hamcrest.jar:/usr/share/java/slf4j-api.jar
    javac -nowarn -Xlint:none -encoding UTF-8 -sourcepath ../../../.. -implicit:class -d "$scratch/rabbitmq-java-client-5.0.0/classes" \
      -cp "$jars" *.java functional/*.java server/*.java
  )
  mv "$scratch/rabbitmq-java-client-5.0.0" "$cache/"
fi

# promtool is one program of Debian's package prometheus, whose server must not be started for it.
if [ ! -x "$cache/promtool" ]; then
  (
    cd "$scratch"
    apt-get -q -o APT::Sandbox::User= download prometheus
    dpkg-deb --fsys-tarfile prometheus_*.deb | tar xf - ./usr/bin/promtool
  )
  mv "$scratch/usr/bin/promtool" "$cache/"
fi

# OpenLDAP's server is unpacked, as its package would start one. It needs some libraries.
if [ ! -x "$cache/slapd/usr/sbin/slapd" ]; then
  as_root apt-get -q install -y --no-upgrade --no-install-recommends -o DPkg::Lock::Timeout=300 \
    $(apt-cache depends --important slapd | sed -n 's/^  Depends: \(lib[a-z0-9.+-]*\)$/\1/p')
  (cd "$scratch" && apt-get -q -o APT::Sandbox::User= download slapd && dpkg-deb --extract slapd_*.deb slapd)
  mv "$scratch/slapd" "$cache/"
fi

# A certified OpenID provider, which only these tests use.
if [ ! -d "$cache/oidc-provider-9.13.3" ]; then
  mkdir "$scratch/oidc-provider-9.13.3"
  npm install --silent --no-audit --no-fund --ignore-scripts --save-exact --prefix "$scratch/oidc-provider-9.13.3" oidc-provider@9.13.3
  mv "$scratch/oidc-provider-9.13.3" "$cache/"
fi

# py-amqp, kombu and py-amqplib (the last client that speaks AMQP 0-8) carry their tests in their source distributions.
if [ ! -d "$cache/amqplib-1.0.2" ]; then
  /usr/bin/python3 -m pip --quiet --disable-pip-version-check download --no-binary :all: --no-deps --require-hashes \
    --dest "$scratch" --requirement "$here/sources.txt"
  for archive in "$scratch"/amqp-*.tar.gz "$scratch"/kombu-*.tar.gz "$scratch"/amqplib-*.tgz; do
    tar xzf "$archive" -C "$scratch"
  done
  # py-amqplib was written for Python 2, and reads the broker's address from its own command line.
  /usr/bin/python3 -m lib2to3 --write --nobackups --no-diffs "$scratch/amqplib-1.0.2" >/dev/null 2>&1
  cat >"$scratch/amqplib-1.0.2/tests/client_0_8/settings.py" <<'SETTINGS'
import os

connect_args = {"host": os.environ["AMQPLIB_TEST_HOST"], "userid": "guest", "password": "guest"}
SETTINGS
  rm -rf "$cache/amqp-5.4.2" "$cache/kombu-5.7.0"
  mv "$scratch/amqp-5.4.2" "$scratch/kombu-5.7.0" "$scratch/amqplib-1.0.2" "$cache/"
fi

# amqp091-go's integration tests come with its module.
if [ ! -d "$cache/amqp091-go-1.16.0" ]; then
  mkdir "$scratch/go"
  cd "$scratch/go"
  go mod init interop 2>/dev/null
  module=$(go mod download -json github.com/rabbitmq/amqp091-go@v1.16.0 | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  cp -r "$module" "$scratch/amqp091-go-1.16.0"
  chmod -R u+w "$scratch/amqp091-go-1.16.0"
  cd "$scratch/amqp091-go-1.16.0"
  go test -c -tags integration -o integration.test .
  cd "$cache"
  mv "$scratch/amqp091-go-1.16.0" "$cache/"
fi

# RabbitMQ 3's rabbitmqadmin is a script in the package of the server, which is not installed.
if [ ! -e "$cache/rabbitmqadmin-3" ]; then
  (cd "$scratch" && apt-get -q -o APT::Sandbox::User= download rabbitmq-server && dpkg-deb --extract rabbitmq-server_*.deb server)
  cp "$scratch"/server/usr/lib/rabbitmq/lib/*/plugins/rabbitmq_management-*/priv/www/cli/rabbitmqadmin "$cache/rabbitmqadmin-3"
fi

# The crates for the management API carry their tests. Those of rabbitmqadmin run it where it was built, so its folder
# stays; what else the builds leave there is removed. Debugging information would take most of their time and space.
export CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0 CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$cache/rust-target"
rust_tests() {
  crate=$1 version=$2
  shift 2
  source=$cache/$crate-$version
  [ ! -e "$source/integration-tests" ] || return 0
  rm -rf "$source" "$scratch/fetch"
  mkdir -p "$scratch/fetch/src"
  cd "$scratch/fetch"
  : >src/lib.rs
  printf '[package]\nname = "fetch"\nversion = "0.0.0"\n[dependencies]\n%s = "=%s"\n' "$crate" "$version" >Cargo.toml
  cargo fetch --quiet
  cp -r "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$crate-$version" "$source"
  cd "$source"
  rm -f "$CARGO_TARGET_DIR"/debug/deps/integration-*
  cargo test --quiet --locked --no-run --test integration "$@"
  find "$CARGO_TARGET_DIR/debug/deps" -name 'integration-*' -type f -perm -u+x -exec mv {} integration-tests ';'
}
rust_tests rabbitmqadmin 2.35.0
rust_tests rabbitmq_http_client 0.93.0 --features async,zeroize,tabled,native-tls
rm -rf "$CARGO_TARGET_DIR/debug/deps" "$CARGO_TARGET_DIR/debug/build" "$CARGO_TARGET_DIR/debug/.fingerprint"
echo "Everything that the interop tests need is installed."
