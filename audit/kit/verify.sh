#!/bin/sh
# Verify a bundle of a signed log, or one entry by its receipt, with a POSIX shell, OpenSSL 3 and what a bare Debian has:
# awk, cmp, comm, cut, fold, grep, gzip, head, od, paste, sed, sort, tail, tr, uniq, wc.
#
#     sh verify.sh [--key VKEY] [--kept FILE] BUNDLE.zip
#     sh verify.sh VKEY RECEIPT.tlog-proof ENTRY
#
# VKEY is the log's verifier key, from a place that you trust. FILE is a checkpoint or a receipt of this log that
# somebody kept. ENTRY is a file with the entry's own bytes. Exits 0 if all holds, 1 if something does not, 2 if it could
# not be tried. Formats: C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-proof; RFC 6962 section 2.1; RFC 9901.
# It writes to a folder of its own under TMPDIR, about twice what the bundle has unpacked, and removes it at the end.
set -eu
export LC_ALL=C
umask 077
work=$(cd "$(mktemp -d)" && pwd)
told=                       # what stands before a verdict

finish() {
    code=$?
    if [ -s "$work/verdict" ]; then cat "$work/verdict"
    elif [ "$code" -eq 1 ]; then printf '%smalformed: it cannot be read to the end\n' "$told"; fi
    rm -rf "$work"
    exit "$code"
}
trap finish EXIT
trap 'exit 2' HUP INT TERM

fail() { printf '%s%s\n' "$told" "$1" >"$work/verdict"; exit 1; }
cannot() { printf '%s\n' "$1" >&2; exit 2; }
usage() { cannot "usage: $0 [--key VKEY] [--kept FILE] BUNDLE.zip, or $0 VKEY RECEIPT.tlog-proof ENTRY"; }
digest() { openssl dgst -sha256 -r | cut -c1-64; }
decimal() { case $1 in '' | *[!0-9]* | 0?*) return 1 ;; esac; [ ${#1} -le 15 ]; }
line() { sed -n "$1p" "$2"; }
count() { wc -l <"$1" | tr -d ' '; }
size_of() { wc -c <"$1" | tr -d ' '; }

# ------------------------------------------------------------------------------------------ bytes, as text that awk reads

# Base64 and hex; escapes such as \101, which the printf of every shell turns into bytes.
bytes='
function tables(    i) {
    for (i = 0; i < 256; i++) { escape[sprintf("%02x", i)] = sprintf("\\%03o", i); byte[i] = sprintf("\\%03o", i) }
    for (i = 32; i < 127; i++) { char[i] = sprintf("%c", i); code[char[i]] = i }
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    for (i = 0; i < 62; i++) value[substr(alphabet, i + 1, 1)] = i
    value["+"] = value["-"] = 62; value["/"] = value["_"] = 63; value["="] = 0
    for (i = 0; i < 16; i++) nibble[substr("0123456789abcdef", i + 1, 1)] = i
}
function quad(s, at) {
    return ((value[substr(s, at, 1)] * 64 + value[substr(s, at + 1, 1)]) * 64 + value[substr(s, at + 2, 1)]) * 64 \
        + value[substr(s, at + 3, 1)]
}
# The bytes of base64 in its one canonical form as hex, or nothing.
function hexed(s,    at, end, pad, out) {
    if (s == "" || length(s) % 4 || s !~ /^[A-Za-z0-9+\/]+=?=?$/) return ""
    for (at = 1; at < length(s); at += 4) out = out sprintf("%06x", quad(s, at))
    pad = s ~ /==$/ ? 4 : s ~ /=$/ ? 2 : 0
    end = length(out) - pad
    return substr(out, end + 1) ~ /[1-9a-f]/ ? "" : substr(out, 1, end)
}
function escaped(hex,    at, out) {
    for (at = 1; at < length(hex); at += 2) out = out escape[substr(hex, at, 2)]
    return out
}
# Base64url without padding of 32 bytes in hex, as RFC 9901 writes a digest.
function url(hex,    at, n, out) {
    alphabet64 = alphabet "-_"
    hex = hex "00"
    for (at = 1; at < length(hex); at += 3) {
        n = (nibble[substr(hex, at, 1)] * 16 + nibble[substr(hex, at + 1, 1)]) * 16 + nibble[substr(hex, at + 2, 1)]
        out = out substr(alphabet64, int(n / 64) + 1, 1) substr(alphabet64, n % 64 + 1, 1)
    }
    return substr(out, 1, 43)
}
BEGIN { tables() }
'
unhex() { printf "$(printf '%s\n' "$1" | awk "$bytes"'{ print escaped($0) }')"; }
plain() { printf '%s\n' "$1" | awk "$bytes"'{ print hexed($0) }'; }

# Each line of input is bytes as escapes; print the SHA-256 of each. Many at once, since a program is slow to start.
# With a name, what comes after the first byte of each is kept there too, a line each.
hash_all() {
    rm -rf "$work/hashed"
    mkdir "$work/hashed"
    awk -v keep="${1:+y}" -v q="'" '
        BEGIN { print "flush() { openssl dgst -sha256 -r * </dev/null | cut -c1-64; }" }
        { print "printf " q $0 q " >" sprintf("%03d", at++)
          if (keep) print "printf " q substr($0, 5) "\\012" q " >&3" }
        at == 256 { print "flush"; at = 0 }
        END { if (at) { for (rest = at; rest < 256; rest++) old = old sprintf(" %03d", rest)
                        print "rm -f" old "; flush" } }' | (cd "$work/hashed" && exec sh -eu 3>>"${1:-/dev/null}")
}

# ---------------------------------------------------------------------------------------------- keys, notes, checkpoints

# <name>+<key ID>+base64(type || public key): sets key_name, key_id, key_type, key_public.
read_key() {
    set -- "$1" "$(printf '%s\n' "$1" | awk "$bytes"'
        { first = index($0, "+"); rest = substr($0, first + 1); second = index(rest, "+")
          print substr(rest, 1, second - 1), hexed(substr(rest, second + 1)), substr($0, 1, first - 1) }')"
    key_id=${2%% *} key_name=${2#* } key_public=${key_name%% *} key_name=${key_name#* }
    key_type=$(printf %s "$key_public" | cut -c1-2)
    case $key_type${#key_public} in 0166 | 062628) ;; *) return 1 ;; esac
    case $key_name in '' | *' '* | *'
'*) return 1 ;; esac
    [ "$({ printf '%s\n' "$key_name"; unhex "$key_public"; } | digest | cut -c1-8)" = "$key_id" ] || return 1
    key_public=${key_public#??}
}

# A C2SP signed note in FILE: writes what is signed to text, and "<key ID> <signature> <name>" a line to signatures.
read_note() {
    [ "$(tr -d '\n\040-\377' <"$1" | wc -c)" -eq 0 ] && [ "$(tail -c 1 "$1" | od -An -tu1 | tr -d ' ')" = 10 ] || return 1
    end=$(grep -n '^$' "$1" | tail -n 1 | cut -d: -f1)
    [ -n "$end" ] && [ "$end" -gt 1 ] || return 1
    head -n $((end - 1)) "$1" >"$work/text"
    tail -n +$((end + 1)) "$1" | awk "$bytes"'
        { dash = "\342\200\224"; hex = NF == 3 && $1 == dash && $0 == dash " " $2 " " $3 ? hexed($3) : ""
          if (length(hex) < 10) { print "none"; exit }
          print substr(hex, 1, 8), substr(hex, 9), $2 }' >"$work/signatures"
    set -- "$(count "$work/signatures")"
    [ "$1" -ge 1 ] && [ "$1" -le 100 ] && ! grep -qx none "$work/signatures"
}

# Whether an Ed25519 key signed the text. What stands before the 32 bytes of a key in DER is from RFC 8410.
signed_by() {
    [ ${#2} -eq 128 ] || return 1
    unhex "302a300506032b6570032100$1" >"$work/key.der"
    unhex "$2" >"$work/signature"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/text" \
        -sigfile "$work/signature" >/dev/null 2>&1
}

# Keys that signed the log in turn, a line each: "<vkey> <key ID> <public key> <since> <stands> [alone]". A key signs
# checkpoints of more than <since> entries; of what a revoked one signed, that of up to <stands> holds. Where the key
# before it was lost, it came on its word alone.
read_line() {
    read_key "$own" && [ "$key_type" = 01 ] || fail "malformed: the key that the log was opened with is not an Ed25519 key"
    name=$key_name
    printf '%s %s %s -1 -\n' "$own" "$key_id" "$key_public" >"$work/turns"
    number=0
    while [ "$number" -lt "$histories" ]; do
        place=keys/history/$number.note number=$((number + 1))
        read_note "$work/m/$place" && [ "$(count "$work/text")" -eq 4 ] || fail "malformed: $place: it is no statement"
        since=$(line 3 "$work/text") vkey=$(line 4 "$work/text")
        decimal "$since" && read_key "$vkey" && [ "$key_type" = 01 ] || fail "malformed: $place: it is no statement"
        due=2
        [ "$(line 1 "$work/text")" != answerprint/key-replacement@v1 ] || due=1
        wrong="altered: $place does not follow from the statements before it"
        [ "$(line 2 "$work/text")" = "$name" ] && [ "$key_name" = "$name" ] && [ "$(count "$work/signatures")" -eq $due ] ||
            fail "$wrong"
        at=$(place_of "$vkey")
        last=$(tail -n 1 "$work/turns")
        case $(line 1 "$work/text") in
            answerprint/key-handover@v1) hand_over ;;
            answerprint/key-replacement@v1) replace ;;
            answerprint/key-revocation@v1) revoke ;;
            *) fail "malformed: $place: it is no statement" ;;
        esac
    done
}
place_of() { key=$1 awk '$1 == ENVIRON["key"] { print NR }' "$work/turns"; }
field() { printf '%s\n' "$1" | cut -d' ' -f"$2"; }
hand_over() {
    [ -z "$at" ] && [ "$since" -gt "$(field "$last" 4)" ] || fail "$wrong"
    new="$vkey $key_id $key_public $since -"
    all_signed "$last" "$new"
    printf '%s\n' "$new" >>"$work/turns"
}
replace() {
    [ -z "$at" ] && [ "$since" -gt "$(field "$last" 4)" ] || fail "$wrong"
    all_signed "$vkey $key_id $key_public"
    printf '%s\n' "$vkey $key_id $key_public $since - alone" >>"$work/turns"
}
revoke() {
    [ -n "$at" ] && [ "$at" -lt "$(count "$work/turns")" ] || fail "$wrong"
    fallen=$(line "$at" "$work/turns") heir=$(line $((at + 1)) "$work/turns")
    [ "$(field "$fallen" 5)" = - ] && [ "$since" -le "$(field "$heir" 4)" ] || fail "$wrong"
    all_signed "$fallen" "$last"
    awk -v at="$at" -v stands="$since" 'NR == at { $5 = stands } { print }' "$work/turns" >"$work/turned"
    mv "$work/turned" "$work/turns"
}
all_signed() {
    row=1
    for signer; do
        signature=$(line $row "$work/signatures") row=2
        [ "$(field "$signature" 1) $(field "$signature" 3)" = "$(field "$signer" 2) $name" ] || fail "$wrong"
        signed_by "$(field "$signer" 3)" "$(field "$signature" 2)" || fail "altered: $place is not signed by its keys"
    done
}

# open_checkpoint FILE TURNS WHAT: sets size, root and turn, the line of the key that signed.
open_checkpoint() {
    read_note "$1" || fail "malformed: $3: it is no signed note"
    size=$(line 2 "$work/text") root=$(plain "$(line 3 "$work/text")")
    decimal "$size" && [ ${#root} -eq 64 ] || fail "malformed: $3: it has no size or no root"
    [ "$(line 1 "$work/text")" = "$name" ] || fail "malformed: $3: it is of another log"
    turn=$(awk -v size="$size" '$4 + 0 < size + 0' "$2" | tail -n 1)
    id=$(field "$turn" 2)
    signed=
    while read -r by signature signer; do
        [ "$by $signer" = "$id $name" ] || continue
        signed_by "$(field "$turn" 3)" "$signature" || fail "altered: $3 is not what $name signed"
        signed=y
    done <"$work/signatures"
    [ -n "$signed" ] || fail "unknown key: $3 is not signed by a key that is trusted"
}

# --------------------------------------------------------------------------------------------------------- a receipt

prove() {
    told='NOT PROVED: ' vkey=$1 receipt=$2 entry=$3
    [ -r "$receipt" ] && [ -r "$entry" ] || usage
    read_key "$vkey" && [ "$key_type" = 01 ] || cannot "VKEY is not an Ed25519 verifier key"
    name=$key_name
    printf '%s %s %s -1 -\n' "$vkey" "$key_id" "$key_public" >"$work/turns"
    [ "$(size_of "$receipt")" -le 1100000 ] || fail "the receipt is too long"
    [ "$(tr -d '\n\040-\377' <"$receipt" | wc -c)" -eq 0 ] || fail "the receipt is not lines of text"
    [ "$(line 1 "$receipt")" = "c2sp.org/tlog-proof@v1" ] || fail "the receipt is no C2SP tlog-proof"
    at=2
    case $(line 2 "$receipt") in "extra "*) at=3 ;; esac
    index=$(line $at "$receipt")
    case $index in "index "*) index=${index#index } ;; *) fail "the receipt names no index" ;; esac
    decimal "$index" || fail "the receipt names no index"
    blank=$(grep -n '^$' "$receipt" | head -n 1 | cut -d: -f1)
    [ -n "$blank" ] && [ "$blank" -gt $at ] && [ $((blank - at)) -le 64 ] || fail "the proof is too long, or has no end"
    tail -n +$((blank + 1)) "$receipt" >"$work/checkpoint"
    open_checkpoint "$work/checkpoint" "$work/turns" "the checkpoint"
    [ "$index" -lt "$size" ] || fail "the log has no entry $index"
    climb "$at" "$blank"
    printf 'PROVED: this is entry %s of %s, which had %s entries when it was signed\n' "$index" "$name" "$size"
}

# The way from the leaf up to the root, as RFC 9162 section 2.1.3.2 has it.
climb() {
    hash=$({ printf '\0'; cat "$entry"; } | digest)
    first=$index last=$((size - 1)) row=$1
    while row=$((row + 1)) && [ "$row" -lt "$2" ]; do
        sibling=$(plain "$(line "$row" "$receipt")")
        [ ${#sibling} -eq 64 ] || fail "a line of the proof is not a hash"
        [ "$last" -ne 0 ] || fail "the proof has a hash too many"
        if [ $((first % 2)) -eq 1 ] || [ "$first" -eq "$last" ]; then
            hash=$(unhex "01$sibling$hash" | digest)
            while [ $((first % 2)) -eq 0 ] && [ "$first" -ne 0 ]; do first=$((first / 2)) last=$((last / 2)); done
        else
            hash=$(unhex "01$hash$sibling" | digest)
        fi
        first=$((first / 2)) last=$((last / 2))
    done
    [ "$last" -eq 0 ] || fail "the proof has a hash too few"
    [ "$hash" = "$root" ] || fail "the proof leads to another root"
}

# -------------------------------------------------------------------------------------------------------------- the zip

number() { echo $(($1 + 256 * ($2 + 256 * ($3 + 256 * $4)))); }
part() { tail -c +$(($1 + 1)) "$zip" | head -c "$2"; }

# The directory at the zip's end: "<name> <method> <packed> <size> <offset> <CRC, size as escapes>" a line, by name.
read_directory() {
    total=$(size_of "$zip")
    [ "$total" -ge 22 ] || fail "malformed: it is no zip"
    set -- $(tail -c 22 "$zip" | od -An -v -tu1)
    [ "$1.$2.$3.$4" = 80.75.5.6 ] || fail "malformed: it is no zip, or has something behind its end"
    members=$(number "${11}" "${12}" 0 0) length=$(number "${13}" "${14}" "${15}" "${16}")
    start=$(number "${17}" "${18}" "${19}" "${20}")
    [ "$members" -lt 65535 ] && [ "$start" -lt 4294967295 ] ||
        cannot "this script reads no zip of 65,535 members or 4 GiB: use verify.py"
    [ $((start + length + 22)) -eq "$total" ] || fail "malformed: the zip's directory is not where it says"
    part "$start" "$length" | od -An -v -tu1 | awk -v members="$members" "$bytes"'
        function two(at) { return b[at] + 256 * b[at + 1] }
        function four(at) { return two(at) + 65536 * two(at + 2) }
        { for (i = 1; i <= NF; i++) b[n++] = $i }
        END {
            for (at = 0; members > 0 && at + 46 <= n; members--) {
                name = ""; ends = at + 46 + two(at + 28)
                for (i = at + 46; i < ends && i < n; i++) name = name (b[i] in char ? char[b[i]] : "?")
                crc = byte[b[at + 16]] byte[b[at + 17]] byte[b[at + 18]] byte[b[at + 19]]
                long = byte[b[at + 24]] byte[b[at + 25]] byte[b[at + 26]] byte[b[at + 27]]
                fit = four(at) == 33639248 && two(at + 8) % 2 == 0 && name !~ /[^A-Za-z0-9._\/-]/ && name != ""
                print fit ? name : "?", two(at + 10), four(at + 20), four(at + 24), four(at + 42), crc long
                at = ends + two(at + 30) + two(at + 32)
            }
            if (members || at != n) print "?"
        }' | sort >"$work/members"
    cut -d' ' -f1 "$work/members" >"$work/names"
    ! grep -Fqx '?' "$work/names" || fail "malformed: the zip has a member that is encrypted or has a strange name"
    twice=$(uniq -d "$work/names" | head -n 1)
    [ -z "$twice" ] || fail "malformed: $twice is there twice"
    # Names become paths here: none may lead elsewhere, or to the path of another.
    stray=$(grep -E '(^|/)(\.|$)|^/|//' "$work/names" | head -n 1) || :
    [ -z "$stray" ] || fail "malformed: $stray does not belong there"
    large=$(awk '{ limit = 17825792
                   if ($1 ~ /^(report\.csv|report\.html|events\.ocsf\.jsonl|(entries|disclosures)\.jsonl)$/) limit = 2 ^ 40
                   if ($1 == "manifest.json" || $1 == "SHA256SUMS") limit = 2 ^ 28
                   if ($4 > limit || ($4 > 1048576 && $4 > 200 * $3)) { print $1; exit } }' "$work/members")
    [ -z "$large" ] || fail "malformed: $large is too large"
}

# Every member into a file of its name under m. A deflated one gets the ends of a gzip, so that gzip reads it.
unpack() {
    made=
    while read -r member method packed size offset ends; do
        folder=$work/m/$member folder=${folder%/*}
        [ "$folder" = "$made" ] || mkdir -p "$folder"
        made=$folder
        set -- $(part "$offset" 30 | od -An -v -tu1)
        [ "$1.$2.$3.$4" = 80.75.3.4 ] || fail "malformed: $member is not where the zip's directory says"
        offset=$((offset + 30 + ${27} + 256 * ${28} + ${29} + 256 * ${30}))
        case $method in
            0) part "$offset" "$packed" ;;
            8) { printf '\037\213\010\0\0\0\0\0\0\003'; part "$offset" "$packed"; printf "$ends"; } |
                gzip -dc 2>/dev/null | head -c $((size + 1)) ;;
            *) fail "malformed: $member is packed in another way" ;;
        esac >"$work/m/$member"
        [ "$(size_of "$work/m/$member")" -eq "$size" ] || fail "malformed: $member is not as long as the zip says"
    done <"$work/members"
}
is_there() { [ -f "$work/m/$1" ]; }

# ------------------------------------------------------------------------------------------------------ members, manifest

read_keys() {
    ! is_there keys || fail "malformed: the bundle holds no keys"
    grep '^keys/' "$work/names" >"$work/keys" || fail "malformed: the bundle holds no keys"
    vkeys=$(grep -c '^keys/[^/]*\.vkey$' "$work/keys") || fail "malformed: the bundle holds no key"
    histories=$(($(count "$work/keys") - vkeys)) number=0
    log=$(grep '^keys/[^/]*\.vkey$' "$work/keys" | awk '{ print length($0), $0 }' | sort -n | head -n 1 | cut -d' ' -f2)
    own=$(cat "$work/m/$log") log=${log#keys/} log=${log%.vkey}
    {
        printf 'keys/%s.vkey\n' "$log"
        [ "$vkeys" -eq 1 ] || printf 'keys/%s.mldsa.vkey\n' "$log"
        while [ "$number" -lt "$histories" ]; do
            printf 'keys/history/%s.note\n' "$number"
            number=$((number + 1))
        done
    } | sort | cmp -s - "$work/keys" || fail "malformed: the bundle holds not one key and its history, each with its name"
    named=${own%%+*}
    printf '%s\n' "$own" | cmp -s - "$work/m/keys/$log.vkey" && [ "${named##*/}" = "$log" ] ||
        fail "malformed: keys/$log.vkey is not a line, or is of another log"
}

# The part of the line that the reader's key vouches for: itself, and those it handed over to.
trust() {
    cp "$work/turns" "$work/trusted"
    [ -n "$key" ] || return 0
    at=$(place_of "$key")
    [ -n "$at" ] || fail "unknown key: the checkpoint is not signed by $key"
    [ "$(field "$(line "$at" "$work/turns")" 5)" = - ] ||
        fail "revoked key: the key given was in wrong hands; ask the house for its new one, by another way"
    tail -n +"$at" "$work/turns" >"$work/trusted"
}

# One number of manifest.json, which we write with a name a line.
claimed() { sed -n "s/^ \"$1\": \\([0-9]*\\),\$/\\1/p" "$work/m/manifest.json"; }

# All tiles of the size, level by level, and all entries from the minimum on; what else may be there; and nothing else.
expect() {
    [ "$size" -le $((256 * $(count "$work/names"))) ] ||
        fail "truncated: $(count "$work/names") members cannot hold $size entries"
    whole=y
    ! is_there entries.jsonl || whole=
    awk -v size="$size" -v first="$(((minimum + 255) / 256))" -v whole="$whole" '
        function place(n,    s) {
            for (s = sprintf("%03d", n % 1000); n >= 1000; s = sprintf("x%03d/", n % 1000) s) n = int(n / 1000)
            return s
        }
        function list(kind, count, from,    n, left) {
            for (n = from; n * 256 < count; n++) {
                left = count - n * 256
                print "tile/" kind "/" place(n) (left < 256 ? ".p/" left : "")
            }
        }
        BEGIN {
            for (count = size; count > 0; count = int(count / 256)) list(level++, count, 0)
            if (whole) list("entries", size, first)
        }' >"$work/tiles"
    grep '^tile/0/' "$work/tiles" >"$work/leaf-tiles" || :
    grep '^tile/entries/' "$work/tiles" >"$work/bundles" || :
    for list in leaf-tiles bundles; do
        last=$(tail -n 1 "$work/$list")
        [ -z "$last" ] || is_there "$last" || fail "truncated: $last is missing, where the log has $size entries"
    done
    {
        cat "$work/tiles" "$work/keys"
        grep -Ex 'entries\.jsonl|policy' "$work/names" || :
        printf '%s\n' checkpoint disclosures.jsonl manifest.json SHA256SUMS report.csv report.html events.ocsf.jsonl
        printf 'kit/%s\n' README.txt main.go verify.html verify.py verify.sh
    } | sort >"$work/due"
    missing=$(comm -23 "$work/due" "$work/names" | head -n 1) more=$(comm -13 "$work/due" "$work/names" | head -n 1)
    [ -z "$missing" ] || fail "malformed: $missing is missing"
    [ -z "$more" ] || fail "malformed: $more does not belong there"
}

# Every member against SHA256SUMS, and the manifest against what was found.
check_inventory() {
    {
        printf 'size %s\n' "$size"
        printf 'entries %s\n' "$entries"
        printf 'erased %s\n' "$erased"
        printf 'withheld %s\n' "$withheld"
    } | while read -r what found; do
        [ "$(claimed "$what")" = "$found" ] || fail "malformed: manifest.json says something else of $what than was found"
    done
    [ "$(sed -n 's/^ "root": "\(.*\)",$/\1/p' "$work/m/manifest.json")" = "$(line 3 "$work/text-signed")" ] ||
        fail "malformed: manifest.json names another root"
    sed -n 's/^  "\([^"]*\)": \([0-9]*\),\{0,1\}$/\1 \2/p' "$work/m/manifest.json" | sort >"$work/claimed"
    awk '$1 != "manifest.json" && $1 != "SHA256SUMS" { print $1, $4 }' "$work/members" | sort | cmp -s - "$work/claimed" ||
        fail "malformed: manifest.json lists other members than there are"
    # In portions, since a command line has an end.
    grep -vx SHA256SUMS "$work/names" | (cd "$work/m" && while read -r member; do
        set -- "$@" "$member"
        [ $# -lt 500 ] || { openssl dgst -sha256 -r "$@"; set --; }
    done && { [ $# -eq 0 ] || openssl dgst -sha256 -r "$@"; }) | sed 's/ \*/  /' >"$work/sums"
    cmp -s "$work/sums" "$work/m/SHA256SUMS" || fail "malformed: SHA256SUMS lists something else than there is"
}

# ---------------------------------------------------------------------------------------------------- entries and values

# Each entry as escapes, after the zero byte that a leaf begins with: from the tiles of entries, or from entries.jsonl.
entries_in_tiles() {
    while read -r bundle; do
        od -An -v -to1 "$work/m/$bundle" | awk -v bundle="$bundle" '
            function oct(s) { return 64 * substr(s, 1, 1) + 8 * substr(s, 2, 1) + substr(s, 3, 1) }
            { for (i = 1; i <= NF; i++) {
                if (state == 0) { high = oct($i); state = 1 }
                else {
                    if (state == 1) { due = 256 * high + oct($i); printf "\\000"; state = 2 }
                    else { printf "\\%s", $i; due-- }
                    if (due == 0) { printf "\n"; state = 0 }
                }
            } }
            END { if (state) printf "\n!\n" }'
    done <"$work/bundles"
}
entries_in_lines() {
    sed 's/^{"body":"\([A-Za-z0-9+\/=]*\)","index":[0-9]*}$/\1/' "$work/m/entries.jsonl" | awk "$bytes"'
        length($0) % 4 || $0 !~ /^[A-Za-z0-9+\/]*=?=?$/ || (tail = substr($0, length($0) - 3)) && hexed(tail) == "" {
            print "!"; next }
        { pad = /==$/ ? 2 : /=$/ ? 1 : 0
          printf "\\000"
          for (at = 1; at < length($0); at += 4) {
              n = quad($0, at); left = at + 4 > length($0) ? 3 - pad : 3
              printf "%s", byte[int(n / 65536)]
              if (left > 1) printf "%s", byte[int(n / 256) % 256]
              if (left > 2) printf "%s", byte[n % 256]
          }
          printf "\n" }'
}

# Hold each entry that is inside against its leaf.
check_bodies() {
    if [ -n "$whole" ]; then
        entries_in_tiles >"$work/escapes"
        awk -v from="$minimum" -v to="$size" 'BEGIN { while (from < to) print from++ }' >"$work/indexes"
    else
        entries_in_lines >"$work/escapes"
        sed -En 's/^\{"body":"[^"]*","index":(0|[1-9][0-9]*)\}$/\1/p' "$work/m/entries.jsonl" >"$work/indexes"
        [ ! -s "$work/m/entries.jsonl" ] || [ "$(tail -c 1 "$work/m/entries.jsonl" | od -An -tu1 | tr -d ' ')" = 10 ] ||
            fail "malformed: entries.jsonl has a line without an end"
        awk -v low="$minimum" -v size="$size" -v last=-1 '$1 + 0 < low + 0 || $1 + 0 >= size + 0 || $1 + 0 <= last { exit 1 }
            { last = $1 + 0 }' "$work/indexes" ||
            fail "malformed: entries.jsonl has an entry that was pruned, or is out of order"
    fi
    ! grep -q '^!' "$work/escapes" || fail "altered: the entries are not in the form that was signed"
    entries=$(count "$work/indexes")
    [ "$(count "$work/escapes")" -eq "$entries" ] || fail "altered: there are more or fewer entries than the tiles have room for"
    : >"$work/bodies"
    hash_all "$work/bodies" <"$work/escapes" >"$work/hashes"
    rm "$work/escapes"
    [ "$(count "$work/hashes")" -eq "$entries" ] || fail "malformed: the entries cannot be hashed"
    wrong=$(paste -d' ' "$work/indexes" "$work/hashes" | awk -v leaves="$work/leaves" '
        { while (at <= $1 + 0) { getline leaf <leaves; at++ }
          if (leaf != $2) { print $1; exit } }')
    [ -z "$wrong" ] || fail "altered at entry $wrong: it does not hash to its leaf"
    [ "$(tr -d '\n\040-\377' <"$work/bodies" | wc -c)" -eq 0 ] && [ "$(count "$work/bodies")" -eq "$entries" ] ||
        fail "malformed: an entry is not JSON in canonical form"
}

# The personal values: their digests, by entry, to "<index> <digest>" a line.
read_values() {
    form='^\{"disclosure":"[A-Za-z0-9_-]{40,}","index":(0|[1-9][0-9]*),"name":"[A-Za-z0-9_.-]+"\}$'
    ! grep -Eqv -e "$form" "$work/m/disclosures.jsonl" || fail "malformed: disclosures.jsonl has a line of another form"
    [ ! -s "$work/m/disclosures.jsonl" ] || [ "$(tail -c 1 "$work/m/disclosures.jsonl" | od -An -tu1 | tr -d ' ')" = 10 ] ||
        fail "malformed: disclosures.jsonl has a line without an end"
    sed 's/^{"disclosure":"\([^"]*\)","index":\([0-9]*\),"name":"\([^"]*\)"}$/\2 \3 \1/' "$work/m/disclosures.jsonl" \
        >"$work/values"
    wrong=$(awk -v size="$size" "$bytes"'
        # [salt of 22 characters, name, value] with the white space of the RFC: the name must be the one beside it.
        function shown(s, chars,    at, n, out) {
            for (at = 1; length(out) < chars; at += 4) {
                n = quad(s, at)
                out = out char[int(n / 65536)] char[int(n / 256) % 256] char[n % 256]
            }
            return substr(out, 1, chars)
        }
        { text = shown($3, 31 + length($2))
          ok = substr(text, 1, 2) == "[\"" && substr(text, 25) == "\", \"" $2 "\", "
          if (!ok || $1 + 0 < last || $1 + 0 >= size + 0) { print $1; exit }
          last = $1 + 0 }' "$work/values")
    [ -z "$wrong" ] || fail "altered at entry $wrong: a personal value has another name, or is out of order"
    awk "$bytes"'{ for (at = 1; at <= length($3); at++) printf "%s", byte[code[substr($3, at, 1)]]; printf "\n" }' \
        "$work/values" | hash_all | awk "$bytes"'{ print url($0) }' >"$work/digests"
    [ "$(count "$work/digests")" -eq "$(count "$work/values")" ] || fail "malformed: the personal values cannot be hashed"
    cut -d' ' -f1 "$work/values" | paste -d' ' - "$work/digests" >"$work/shown"
}

# Hold the personal values against the digests of their entries; count those that are not there, and of these the ones
# that a later entry names as erased. Entries are canonical: what stands in quotes here cannot stand within a string.
check_values() {
    : >"$work/statements"
    paste -d' ' "$work/indexes" "$work/bodies" | awk -v shown="$work/shown" -v statements="$work/statements" '
        function wrong(i, why) { print "wrong altered at entry " i ": " why; failed = 1; exit }
        function list(text, before,    at) {
            at = index(text, before)
            if (!at) return ""
            text = substr(text, at + length(before))
            return substr(text, 1, index(text, "]") - 1)
        }
        BEGIN { while ((getline pair <shown) > 0) {
            if (pair in value) { split(pair, one, " "); wrong(one[1], "a personal value is there twice") }
            value[pair]; split(pair, one, " "); left[one[1]]++ } }
        { body = substr($0, length($1) + 2); i = $1
          if (body !~ /^\{.*\}$/) wrong(i, "it is no JSON object")
          n = index(body, "{\"_sd\":[") == 1 ? split(list(body, "{\"_sd\":["), digests, ",") : 0
          split("", seen)
          for (j = 1; j <= n; j++) {
              d = substr(digests[j], 2, length(digests[j]) - 2)
              if (d in seen) continue
              seen[d]
              if ((i " " d) in value) left[i]--
              else { gone[++missing] = d; place[missing] = i }
          }
          if (left[i]) wrong(i, "a personal value is another")
          delete left[i]
          if (index(body, "\"fact\":\"audit.values.erased\"")) {
              n = split(list(body, "\"digests\":["), digests, ",")
              for (j = 1; j <= n; j++) order[substr(digests[j], 2, length(digests[j]) - 2)] = i
          }
          if (index(body, "\"fact\":\"audit.key.") && match(body, /"statement":"[^"]*"/))
              print substr(body, RSTART + 13, RLENGTH - 14) >statements }
        END {
            if (failed) exit
            for (i in left) wrong(i, "it has personal values, and no body")
            for (j = 1; j <= missing; j++) if (gone[j] in order && order[gone[j]] + 0 > place[j] + 0) erased++
            print "found", missing + 0, erased + 0
        }' >"$work/found"
    read -r word withheld erased <"$work/found"
    [ "$word" = found ] || fail "$(sed -n '1s/^wrong //p' "$work/found")"
    withheld=$((withheld - erased)) number=0
    while [ "$number" -lt "$histories" ]; do
        awk '{ printf "%s\\n", $0 } END { print "" }' "$work/m/keys/history/$number.note"
        number=$((number + 1))
    done | sort >"$work/history"
    sort -u "$work/statements" | comm -23 - "$work/history" | grep -q . || return 0
    fail "malformed: a statement on a key is missing that an entry of the log repeats"
}

# ------------------------------------------------------------------------------------------------------------- the tree

# The hashes of leaf tiles, a line each.
read_leaves() {
    while read -r tile; do cat "$work/m/$tile"; done <"$work/leaf-tiles" >"$work/raw"
    [ "$(size_of "$work/raw")" -eq $((32 * size)) ] || fail "malformed: a tile is not as wide as it says"
    hashes_in "$work/raw" >"$work/leaves"
}
hashes_in() { od -An -v -tx1 "$1" | tr -d ' \n' | fold -w 64; [ ! -s "$1" ] || echo; }

# The root over a list of leaf hashes, RFC 6962 section 2.1: pair by pair, level by level; who has no neighbour goes up as
# he is. That is the same tree. With "tiles" each eighth level is held against the tiles of the bundle.
root_of() {
    cp "$1" "$work/level"
    level=0 left=$(count "$work/level")
    [ "$left" -gt 0 ] || printf '' | digest >"$work/level"
    while check_tiles "${2:-}" && [ "$left" -gt 1 ]; do
        awk "$bytes"'NR % 2 { hash = $0; next } { print "\\001" escaped(hash) escaped($0) }' "$work/level" |
            hash_all >"$work/upper"
        [ "$(count "$work/upper")" -eq $((left / 2)) ] || fail "malformed: the tree cannot be hashed"
        [ $((left % 2)) -eq 0 ] || tail -n 1 "$work/level" >>"$work/upper"
        mv "$work/upper" "$work/level"
        level=$((level + 1)) left=$(((left + 1) / 2))
    done
    computed=$(cat "$work/level")
}
check_tiles() {
    [ -n "$1" ] && [ "$level" -gt 0 ] && [ $((level % 8)) -eq 0 ] || return 0
    { grep "^tile/$((level / 8))/" "$work/tiles" || :; } | while read -r tile; do cat "$work/m/$tile"; done >"$work/raw"
    hashes_in "$work/raw" >"$work/stored"
    head -n $((size >> level)) "$work/level" | cmp -s - "$work/stored" ||
        fail "altered: a tile of level $((level / 8)) is not what the tiles below it make"
}

# ----------------------------------------------------------------------------------------------------------- the verdict

verify() {
    [ -n "$key" ] || echo "WARNING: no key was given, so the key in the bundle itself is believed. Give --key." >&2
    [ -r "$zip" ] && [ -f "$zip" ] || cannot "$zip cannot be read"
    [ -z "$kept" ] || [ -r "$kept" ] || cannot "$kept cannot be read"
    [ -z "$key" ] || { read_key "$key" && [ "$key_type" = 01 ]; } || cannot "the key is not an Ed25519 verifier key"
    read_directory
    for member in checkpoint manifest.json disclosures.jsonl SHA256SUMS; do
        grep -Fqx "$member" "$work/names" || fail "malformed: $member is missing"
    done
    unpack
    read_keys
    read_line
    trust
    if [ -n "$kept" ]; then
        cp "$kept" "$work/kept"
        [ "$(line 1 "$work/kept" | tr -d '\0')" != "c2sp.org/tlog-proof@v1" ] || sed '1,/^$/d' "$kept" >"$work/kept"
        open_checkpoint "$work/kept" "$work/turns" "the checkpoint that was kept"
        kept_size=$size kept_root=$root
    fi
    open_checkpoint "$work/m/checkpoint" "$work/trusted" "the checkpoint"
    cp "$work/text" "$work/text-signed"
    lost=$(awk 'NR > 1 && $6 == "alone" { print $4; exit }' "$work/trusted")
    [ -z "$key" ] || [ -z "$lost" ] || [ "$size" -le "$lost" ] ||
        fail "replaced key: the key given was lost at $lost entries, and has not signed for the next"
    stands=$(field "$turn" 5)
    [ "$stands" = - ] || [ "$size" -le "$stands" ] ||
        fail "revoked key: what it signed of more than $stands entries does not stand"
    [ -z "$kept" ] || [ "$kept_size" -le "$size" ] ||
        fail "truncated: the checkpoint that was kept signs $kept_size entries, the bundle has $size"
    minimum=$(claimed minimum)
    decimal "$minimum" && [ "$minimum" -le "$size" ] && { [ $((minimum % 256)) -eq 0 ] || [ "$minimum" -eq "$size" ]; } ||
        fail "malformed: manifest.json names no minimum index"
    expect
    [ "$size" -le 20000 ] || echo "$size entries: this takes about $((size / RATE / 60 + 1)) minutes." >&2
    read_leaves
    read_values
    check_bodies
    check_values
    root_of "$work/leaves" tiles
    [ "$computed" = "$root" ] || fail "altered: the tree is not the one that was signed"
    if [ -n "$kept" ]; then
        head -n "$kept_size" "$work/leaves" >"$work/older"
        root_of "$work/older"
        [ "$computed" = "$kept_root" ] || fail "forked: the tree is not the one of the checkpoint that was kept"
    fi
    check_inventory
    say
}

say() {
    word=intact more=
    if [ -n "$key" ] && [ "${turn%% *}" != "$key" ]; then
        word="superseded key" until=$(line 2 "$work/trusted")
        more=", signed by the key that the one given handed over to at $(field "$until" 4) entries"
    elif [ "$entries" -lt "$size" ] || [ "$withheld" -gt 0 ]; then word=intact-but-filtered
    elif [ "$erased" -gt 0 ]; then word=intact-but-erased
    fi
    [ "$minimum" -eq 0 ] || more="$more, those below $minimum pruned, as the bundle says"
    [ "$erased" -eq 0 ] || more="$more, $erased personal values erased by order"
    [ "$withheld" -eq 0 ] || more="$more, $withheld personal values withheld"
    [ "$vkeys" -eq 1 ] || more="$more, its ML-DSA-44 signature not checked: this script has no program for it"
    printf '%s: %s, %s entries, %s of them disclosed%s\n' "$word" "$name" "$size" "$entries" "$more"
}

RATE=1000                   # entries a second, see README.txt
key='' kept='' zip=''
while [ $# -gt 1 ]; do
    case $1 in
        --key) key=$2; shift 2 ;;
        --kept) kept=$2; shift 2 ;;
        *) break ;;
    esac
done
case $# in
    1)
        zip=$1
        verify
        ;;
    3) prove "$1" "$2" "$3" ;;
    *) usage ;;
esac
