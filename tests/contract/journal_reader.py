"""An independent reader of a journal export: docs/protocol/journal-export.md, and nothing of this project's code.

Usage: journal_reader.py EXPORT KEY_DIRECTORY CITY

Standard library only; SM3 (GB/T 32905-2016) is written out below, Ed25519 is left to the openssl command.
Prints one line of JSON; the exit status is 0 when every chain and signature holds.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile

MASK = 0xFFFFFFFF
INITIAL = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)


def rotated(value, bits):
    bits %= 32
    return ((value << bits) | (value >> (32 - bits))) & MASK


def compressed(state, block):
    words = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4)]
    for j in range(16, 68):
        x = words[j - 16] ^ words[j - 9] ^ rotated(words[j - 3], 15)
        x ^= rotated(x, 15) ^ rotated(x, 23)
        words.append(x ^ rotated(words[j - 13], 7) ^ words[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A
        ss1 = rotated((rotated(a, 12) + e + rotated(constant, j)) & MASK, 7)
        ss2 = ss1 ^ rotated(a, 12)
        if j < 16:
            ff, gg = a ^ b ^ c, e ^ f ^ g
        else:
            ff, gg = (a & b) | (a & c) | (b & c), (e & f) | (~e & MASK & g)
        tt1 = (ff + d + ss2 + (words[j] ^ words[j + 4])) & MASK
        tt2 = (gg + h + ss1 + words[j]) & MASK
        a, b, c, d = tt1, a, rotated(b, 9), c
        e, f, g, h = tt2 ^ rotated(tt2, 9) ^ rotated(tt2, 17), e, rotated(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h)))


def sm3(data):
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + (len(data) * 8).to_bytes(8, "big")
    state = INITIAL
    for at in range(0, len(padded), 64):
        state = compressed(state, padded[at : at + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)


def framed(fields):
    encoded = [field if isinstance(field, bytes) else str(field).encode() for field in fields]
    return b"".join(len(field).to_bytes(4, "big") + field for field in encoded)


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# SubjectPublicKeyInfo of an Ed25519 key is this and the 32 bytes (RFC 8410).
ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")


def signed(folder, public_key, message, signature):
    names = {"key": ED25519_PREFIX + public_key, "message": message, "signature": signature}
    for name, content in names.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin"]
    done = subprocess.run(command + ["-in", "message", "-sigfile", "signature"], cwd=folder, capture_output=True)
    return done.returncode == 0


def key_directory(folder, text, city):
    directory = json.loads(text)
    assert directory["issuer"] == city, "the key directory was issued by somebody else"
    keys = {key["keyId"]: key for key in directory["keys"]}
    fields = ["tongban-keys-1", directory["issuer"], directory["issuedAt"]]
    for key in directory["keys"]:
        fields += [key["keyId"], key["node"], key["suite"], key["signing"], key["sealing"]]
    for key in directory["keys"]:
        if "from" in key or "until" in key:
            fields += ["period", key["keyId"], key.get("from", ""), key.get("until", "")]
    for key in directory.get("escrow", []):
        fields += ["escrow", key["keyId"], key["sealing"]]
    for node in directory.get("closed", []):
        fields += ["closed", node["node"], node["successor"], node["endsOn"], node["basis"]]
    signature = directory["signature"]
    issuer = keys[signature["keyId"]]
    assert issuer["node"] == city, "the key directory is signed with another node's key"
    genuine = signed(folder, unbase64url(issuer["signing"]), framed(fields), unbase64url(signature["value"]))
    assert genuine, "the key directory is not genuine"
    return keys


def sealed_digest(sealed):
    if sealed is None:
        return b""
    jwe = json.loads(sealed)
    return sm3(framed(jwe.get(name, "") for name in ("protected", "iv", "ciphertext", "tag")))


def entry_hash(entry, previous):
    actor = entry["actor"]
    fields = ["tongban-entry-1", entry["id"], entry["record"], entry["recordClass"], entry["seq"], entry["epoch"]]
    fields += [entry["type"], entry["version"], entry["author"], actor["subject"], actor["role"], actor["division"]]
    fields += [entry.get("onBehalfOf", ""), entry["occurredAt"], entry["recordedAt"], entry["facts"]]
    return sm3(previous + framed(fields + [sealed_digest(entry.get("sealed"))]))


def fault_of(folder, keys, entry, seq, previous):
    if entry["seq"] != seq:
        return "gap"
    if bytes.fromhex(entry["prevHash"]) != previous:
        return "chain"
    if entry_hash(entry, previous).hex() != entry["hash"]:
        return "hash"
    signature = entry["signature"]
    key = keys.get(signature["keyId"])
    if key is None or key["node"] != entry["author"] or signature["suite"] != "ed25519":
        return "key"
    if "until" in key and entry["recordedAt"] >= key["until"]:
        return "key"
    genuine = signed(folder, unbase64url(key["signing"]), bytes.fromhex(entry["hash"]), unbase64url(signature["value"]))
    return None if genuine else "signature"


def main(export, directory, city):
    faults, sums = {}, {"records": 0, "entries": 0}
    with tempfile.TemporaryDirectory() as folder:
        with open(directory, encoding="utf-8") as file:
            keys = key_directory(folder, file.read(), city)
        with open(export, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        assert lines and lines[0].get("format") == "tongban-journal-export-1", "no journal export"
        record, seq, previous = None, 0, bytes(32)
        for entry in lines[1:-1]:
            if entry["record"] != record:
                record, seq, previous = entry["record"], 0, bytes(32)
                sums["records"] += 1
            seq += 1
            sums["entries"] += 1
            fault = fault_of(folder, keys, entry, seq, previous)
            if fault is not None:
                faults.setdefault(record, f"{seq} {fault}")
            previous = bytes.fromhex(entry["hash"])
        assert lines[-1] == sums, "the file was cut, or its counts do not fit"
    print(json.dumps({**sums, "faults": faults}))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
