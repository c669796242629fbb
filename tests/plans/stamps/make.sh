#!/usr/bin/env bash
# Makes the test authority, the time stamp of a text, and what must be refused, with OpenSSL 3 and no network.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
cat > "$work/tsa.cnf" <<'CNF'
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[plain]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
[tsa_config]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
CNF
authority() { # NAME ALGORITHM...
  local name=$1; shift
  openssl genpkey "$@" -out "$work/$name.key" 2>/dev/null
  openssl req -x509 -new -key "$work/$name.key" -subj "/O=Test/CN=Test authority $name" -days 36500 -config /dev/null \
    -extensions ca -extensions ca -out "$name.pem" -config <(cat "$work/tsa.cnf"; printf '[req]\ndistinguished_name=dn\n[dn]\n')
}
signer() { # NAME AUTHORITY EXTENSIONS ALGORITHM...
  local name=$1 ca=$2 extensions=$3; shift 3
  openssl genpkey "$@" -out "$work/$name.key" 2>/dev/null
  openssl req -new -key "$work/$name.key" -subj "/O=Test/CN=Test time stamps $name" -out "$work/$name.csr" \
    -config <(printf '[req]\ndistinguished_name=dn\n[dn]\n')
  openssl x509 -req -in "$work/$name.csr" -CA "$ca.pem" -CAkey "$work/$ca.key" -CAcreateserial -days 36500 \
    -extfile "$work/tsa.cnf" -extensions "$extensions" -out "$work/$name.pem" 2>/dev/null
  rm -f "$ca.srl"
}
stamp() { # OUT REQUEST SIGNER
  (cd "$work" && openssl ts -reply -config tsa.cnf -section tsa_config -queryfile "$OLDPWD/$2" -inkey "$3.key" -signer "$3.pem" \
    -out "$OLDPWD/$1" 2>/dev/null)
}
authority rsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048
authority other -algorithm RSA -pkeyopt rsa_keygen_bits:2048
authority p384 -algorithm EC -pkeyopt ec_paramgen_curve:P-384
signer s_rsa rsa tsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048
signer s_p256 p384 tsa -algorithm EC -pkeyopt ec_paramgen_curve:P-256
signer s_plain rsa plain -algorithm RSA -pkeyopt rsa_keygen_bits:2048
printf 'the bytes that are stamped\n' > stamped.txt
openssl ts -query -data stamped.txt -sha256 -cert -out stamped.tsq 2>/dev/null
stamp rsa.tsr stamped.tsq s_rsa
stamp p256.tsr stamped.tsq s_p256
rm -rf "$work"
