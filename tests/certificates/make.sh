#!/bin/sh
# Makes the certificates in this folder again, with openssl. They are valid for a hundred years, except the expired ones.
# Tests of names or fingerprints of certificates do not depend on the keys.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
days=36500

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }

# authority FILE SUBJECT: a self-signed authority. Its key is kept in the scratch folder only.
authority() {
  key "$scratch/$1.key"
  openssl req -x509 -new -key "$scratch/$1.key" -out "$1.pem" -days $days -subj "$2" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign"
}

# issue FILE AUTHORITY SUBJECT EXTENSIONS [REQUEST OPTIONS]: a certificate, and its key.
issue() {
  file=$1 authority=$2 subject=$3 extensions=$4
  shift 4
  key "$file.key"
  printf '%b' "$extensions" >"$scratch/extensions"
  openssl req -new -utf8 -key "$file.key" -out "$scratch/request" -subj "$subject" "$@"
  openssl x509 -req -in "$scratch/request" -CA "$authority.pem" -CAkey "$scratch/$authority.key" -out "$file.pem" -days $days \
    -set_serial "0x1$(openssl rand -hex 8)" -extfile "$scratch/extensions" 2>/dev/null
}

# expire FILE AUTHORITY: gives the certificate FILE another one in its place that was good in 2020 only.
expire() {
  mkdir "$scratch/expired"
  touch "$scratch/expired/index"
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/expired/index\nnew_certs_dir=%s\ndefault_md=sha256\npolicy=p\nrand_serial=yes\n[p]\ncommonName=supplied\n' \
    "$scratch" "$scratch" >"$scratch/ca.conf"
  openssl req -new -key "$1.key" -out "$scratch/request" -subj "$3"
  openssl ca -batch -notext -config "$scratch/ca.conf" -in "$scratch/request" -out "$1.pem" -cert "$2.pem" \
    -keyfile "$scratch/$2.key" -startdate 20200101000000Z -enddate 20210101000000Z -extfile "$scratch/extensions" 2>/dev/null
  rm -r "$scratch/expired"
}

here='subjectAltName=DNS:localhost,IP:127.0.0.1'

authority authority "/CN=HareMQ test authority"
issue server authority "/CN=localhost" "$here"
openssl pkcs8 -topk8 -in server.key -out server_encrypted.key -passout pass:bunny -v2 aes-256-cbc -iter 1000
issue server_renewed authority "/O=Renewed/CN=localhost" "$here"
issue server_elsewhere authority "/CN=elsewhere.example" 'subjectAltName=DNS:elsewhere.example'
issue server_expired authority "/CN=localhost" "$here"
expire server_expired authority "/CN=localhost"
# One for all names in a domain, and for one of them.
authority wildcard_authority "/CN=HareMQ test authority of wildcards"
issue server_wildcard wildcard_authority "/CN=rabbits" 'subjectAltName=DNS:*.rabbits.example,DNS:burrow.rabbits.example'

issue client authority "/C=DE/O=Carrots, Inc./CN=carrot" \
  'subjectAltName=DNS:carrot.example,DNS:second.example,IP:10.0.0.1,IP:2001:db8::1,email:carrot@example.com,URI:urn:example:carrot,otherName:1.2.3.4;UTF8:hare'
issue client_expired authority "/CN=carrot" 'subjectAltName=DNS:carrot.example'
expire client_expired authority "/CN=carrot"
issue client_for_servers authority "/CN=carrot" 'extendedKeyUsage=serverAuth'

# A certificate by an authority that only has the right name.
authority forged_authority "/CN=HareMQ test authority"
issue client_forged forged_authority "/C=DE/O=Carrots, Inc./CN=carrot" 'subjectAltName=DNS:carrot.example'
# One by an authority of which nobody knows.
authority another_authority "/CN=Another authority"
issue client_unknown another_authority "/CN=carrot" 'subjectAltName=DNS:carrot.example'
# One with two authorities between it and the one that is trusted; the file has all three.
ca='basicConstraints=critical,CA:TRUE'
issue upper authority "/CN=Upper" "$ca"
cp upper.key "$scratch/upper.key"
issue lower upper "/CN=Lower" "$ca"
cp lower.key "$scratch/lower.key"
issue client_far lower "/CN=far" 'subjectAltName=DNS:far.example'
cat lower.pem upper.pem >>client_far.pem
# An authority with revocation lists, one below it, and clients: client_listed and the authority of client_below_listed
# are in the lists of lists/, the others are not. late_lists/ has one that is no longer current, scoped_lists/ one for
# authorities only, pointed_lists/ those for certificates that name one of two addresses, of which client_pointed names the
# first, and forged_lists/ one by another authority of the same name.
signs='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign'

# list FILE AUTHORITY LAST NEXT EXTENSIONS CERTIFICATE…: a revocation list of certificates.
list() {
  file=$1 authority=$2 last=$3 next=$4
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/index\ncrlnumber=%s/number\ndefault_md=sha256\n[e]\n%b' \
    "$scratch" "$scratch" "$5" >"$scratch/list.conf"
  shift 5
  : >"$scratch/index"
  echo 01 >"$scratch/number"
  for certificate in "$@"; do
    openssl ca -config "$scratch/list.conf" -cert "$authority.pem" -keyfile "$scratch/$authority.key" -revoke "$certificate.pem" \
      -crl_reason keyCompromise 2>/dev/null
  done
  mkdir -p "$(dirname "$file")"
  openssl ca -gencrl -config "$scratch/list.conf" -cert "$authority.pem" -keyfile "$scratch/$authority.key" -crlexts e \
    -crl_lastupdate "$last" -crl_nextupdate "$next" -out "$file" 2>/dev/null
}

listing() {
  key "$scratch/$1.key"
  openssl req -x509 -new -key "$scratch/$1.key" -out "$1.pem" -days $days -subj "/CN=Authority with lists" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
}
listing listing_authority
listing forged_listing_authority
for name in client_listed client_unlisted; do
  issue $name listing_authority "/CN=$name" 'extendedKeyUsage=clientAuth'
done
issue client_pointed listing_authority "/CN=client_pointed" 'crlDistributionPoints=URI:http://lists.example/a.crl'
for name in below listed_below; do
  issue $name listing_authority "/CN=$name" "$signs"
  cp $name.key "$scratch/$name.key"
done
issue client_below below "/CN=client_below" 'extendedKeyUsage=clientAuth'
issue client_below_listed listed_below "/CN=client_below_listed" 'extendedKeyUsage=clientAuth'
always='20200101000000Z 21200101000000Z' once='20200101000000Z 20210101000000Z'
plain='authorityKeyIdentifier=keyid\n'
list lists/authority.r0 listing_authority $always "$plain" client_listed listed_below
list lists/below.r0 below $always "$plain"
list lists/listed_below.r0 listed_below $always "$plain"
list late_lists/authority.r0 listing_authority $once "$plain" client_listed
list scoped_lists/authority.r0 listing_authority $always "issuingDistributionPoint=critical,@p\n[p]\nonlyCA=TRUE\n" client_listed
for name in a b; do
  list pointed_lists/$name.r0 listing_authority $always \
    "issuingDistributionPoint=critical,@p\n[p]\nfullname=URI:http://lists.example/$name.crl\n"
done
list forged_lists/authority.r0 forged_listing_authority $always "$plain"
cat below.pem >>client_below.pem
cat listed_below.pem >>client_below_listed.pem

# Names of all sorts. It has no key: it is only read.
printf 'oid_section=oids\n[oids]\nunknown=1.2.3.4.5\n[req]\ndistinguished_name=d\nstring_mask=%s\nprompt=no\n[d]\n%s' pkix \
  'DC=example
0.O= leading and trailing 
1.O=\#1; a\\"quoted"+<angle>
OU=Größe
+UID=u1
unknown=secret~
CN=first
1.CN=second
emailAddress=a@example.com
street=Main
' >"$scratch/odd.conf"
key "$scratch/odd.key"
openssl req -x509 -new -utf8 -config "$scratch/odd.conf" -key "$scratch/odd.key" -out names.pem -days $days -set_serial 0xabcdef
rm -f upper.key lower.key upper.pem lower.pem forged_authority.pem forged_authority.key below.key listed_below.key below.pem \
  listed_below.pem forged_listing_authority.pem
