#!/usr/bin/env bash
# Verify one entry of a signed log with bash, coreutils and OpenSSL 3, and nothing else.
#
#     verify.sh VKEY RECEIPT.tlog-proof ENTRY
#
# VKEY is the log's verifier key, from a place that you trust. ENTRY is a file with the entry's own bytes.
# Exits 0 if the signed log holds the entry at the receipt's place, 1 if that is not proved, 2 if it was called wrongly.
# Formats: C2SP signed-note, tlog-checkpoint, tlog-proof; RFC 6962 section 2.1; the walk is that of RFC 9162, 2.1.3.2.
set -euo pipefail
export LC_ALL=C

fail() { printf 'NOT PROVED: %s\n' "$1"; exit 1; }
hex() { basenc --base16 -w0; }
unhex() { tr a-f A-F | basenc --base16 -d; }
digest() { sha256sum | cut -c1-64; }
node() { printf '01%s%s' "$1" "$2" | unhex | digest; }
# Base64 in its one canonical form, as hex.
plain() { local raw; raw=$(printf %s "$1" | base64 -d 2>/dev/null | hex) || return 1
          [ "$(printf %s "$raw" | unhex | base64 -w0)" = "$1" ] && printf %s "$raw" | tr A-F a-f; }
decimal() { [[ $1 =~ ^(0|[1-9][0-9]{0,17})$ ]]; }

if [ $# -ne 3 ] || [ ! -r "$2" ] || [ ! -r "$3" ]; then
    echo "usage: $0 VKEY RECEIPT.tlog-proof ENTRY" >&2; exit 2
fi
vkey=$1 receipt=$2 entry=$3
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

# The key: <name>+<key ID>+base64(0x01 || public key)
IFS=+ read -r name id encoded <<<"$vkey"
typed=$(plain "$encoded") || { echo "VKEY is not a verifier key" >&2; exit 2; }
[[ $typed =~ ^01[0-9a-f]{64}$ ]] || { echo "VKEY is not an Ed25519 key" >&2; exit 2; }
made=$({ printf '%s\n' "$name"; printf %s "$typed" | unhex; } | digest)
[ "${made:0:8}" = "$id" ] || { echo "the key ID of VKEY is another's" >&2; exit 2; }
# What stands before the 32 bytes of an Ed25519 key in DER, RFC 8410.
printf '302a300506032b6570032100%s' "${typed:2}" | unhex >"$work/key.der"

# The receipt, line by line; put together again it must be the same file.
[ "$(stat -c %s "$receipt")" -le 1100000 ] || fail "the receipt is too long"
tr -d '\0' <"$receipt" >"$work/text"
mapfile -t lines <"$work/text"
printf '%s\n' "${lines[@]}" | cmp -s - "$receipt" || fail "the receipt is not lines of text"
[ "${lines[0]:-}" = "c2sp.org/tlog-proof@v1" ] || fail "the receipt is no C2SP tlog-proof"
at=1
if [[ ${lines[at]:-} == "extra "* ]]; then at=$((at + 1)); fi
index=${lines[at]:-}; index=${index#index }; at=$((at + 1))
decimal "$index" || fail "the receipt names no index"
path=()
while [ -n "${lines[at]:-}" ]; do path+=("${lines[at]}"); at=$((at + 1)); done
[ ${#path[@]} -le 63 ] || fail "the proof is too long"

# The checkpoint: origin, size, root; an empty line; signatures.
at=$((at + 1)); origin=${lines[at]:-} size=${lines[at + 1]:-} root=${lines[at + 2]:-}
[ "$origin" = "$name" ] || fail "the checkpoint is of another log"
decimal "$size" || fail "the checkpoint has no size"
root=$(plain "$root") && [ ${#root} -eq 64 ] || fail "the checkpoint has no root"
while [ -n "${lines[at]:-}" ]; do printf '%s\n' "${lines[at]}"; at=$((at + 1)); done >"$work/signed"
signed=no
for line in "${lines[@]:at + 1}"; do
    [[ $line =~ ^—\ ([^ ]+)\ ([^ ]+)$ ]] || fail "a signature line is not one"
    signer=${BASH_REMATCH[1]} signature=$(plain "${BASH_REMATCH[2]}") || fail "a signature is not base64"
    if [ "$signer" != "$name" ] || [ "${signature:0:8}" != "$id" ]; then continue; fi
    printf %s "${signature:8}" | unhex >"$work/signature"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/signed" \
        -sigfile "$work/signature" >/dev/null 2>&1 || fail "the signature does not hold"
    signed=yes
done
[ $signed = yes ] || fail "the key given has not signed the checkpoint"

# The way from the leaf up to the root.
[ "$index" -lt "$size" ] || fail "the log has no entry $index"
hash=$({ printf '\0'; cat "$entry"; } | digest)
first=$index last=$((size - 1))
for step in "${path[@]}"; do
    sibling=$(plain "$step") && [ ${#sibling} -eq 64 ] || fail "a line of the proof is not a hash"
    [ "$last" -ne 0 ] || fail "the proof has a hash too many"
    if [ $((first & 1)) -eq 1 ] || [ "$first" -eq "$last" ]; then
        hash=$(node "$sibling" "$hash")
        while [ $((first & 1)) -eq 0 ] && [ "$first" -ne 0 ]; do first=$((first >> 1)) last=$((last >> 1)); done
    else
        hash=$(node "$hash" "$sibling")
    fi
    first=$((first >> 1)) last=$((last >> 1))
done
[ "$last" -eq 0 ] || fail "the proof has a hash too few"
[ "$hash" = "$root" ] || fail "the proof leads to another root"
printf 'PROVED: this is entry %s of %s, which had %s entries when it was signed\n' "$index" "$name" "$size"
