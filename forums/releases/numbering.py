"""What calendars need from one release to the next: numbers that only rise, stamps that change with the entry."""

from forums.releases.snapshot import entries_of, instant

_FACTS = ("starts", "ends", "room", "state")
_TEXTS = ("zh", "en", "abstract_zh", "abstract_en", "language", "kind", "people")
_FORUM_TEXTS = ("zh", "en", "summary_zh", "summary_en", "language", "kind")


def number_entries(content, before, now):
    """Give each entry of a document its SEQUENCE and stamp, and keep what the release before had and this one has not.

    Changes `content`. Without a release before it, the numbers stay those of the draft, which the public saw until now.
    """
    if not before:
        return
    known = {key: (entry, _text(s, f)) for key, entry, s, f in entries_of(before)}
    gone = {ghost["key"]: ghost for ghost in before["gone"]}
    for key, entry, session, forum in entries_of(content):
        if key in known:
            _follow(entry, *known.pop(key), _text(session, forum), now)
        elif key in gone:
            entry.update(seq=gone.pop(key)["seq"] + 1, changed=instant(now))
        else:
            entry.update(changed=instant(now))
    _keep_unused_numbers(content, before)
    content["gone"] = [*gone.values(), *_ghosts(before, known, content, now)]


def _follow(entry, old, old_text, text, now):
    """The same entry a release later: moved, reworded or as it was."""
    moved = any(entry[name] != old[name] for name in _FACTS)
    reworded = text != old_text
    entry["seq"] = old["seq"] + moved
    _remember(entry, old)
    entry["changed"] = instant(now) if moved or reworded else old["changed"]


def _remember(entry, old):
    """Keep the beginnings that were announced before, in their order; search engines ask for them."""
    moved = [old["starts"]] if entry["starts"] != old["starts"] else []
    entry["was"] = [*old.get("was", ()), *moved]


def _text(session, forum):
    texts = [forum[name] for name in _FORUM_TEXTS] + ([] if session else [forum["people"]])
    return texts + ([session[name] for name in _TEXTS] if session else [])


def _keep_unused_numbers(content, before):
    """Parts beside an agenda are no entries; their numbers and beginnings go on from where they were."""
    known = {part["pk"]: part for forum in before["forums"] for part in forum["parts"]}
    for forum in content["forums"]:
        for part in forum["parts"]:
            if (old := known.get(part["pk"])) is not None:
                part["seq"] = max(part["seq"], old["seq"])
                _remember(part, old)


def _ghosts(before, missing, content, now):
    """Entries for calendars of what was announced and is not any more.

    A forum that got an agenda is not gone: its sessions stand where its parts stood.
    """
    still_there = {forum["pk"] for forum in content["forums"] if any(s["slots"] for s in forum["sessions"])}  # fmt: skip
    for key, entry, session, forum in entries_of(before):
        if key in missing and not (session is None and forum["pk"] in still_there):
            yield _ghost(key, entry, session, forum, before["rooms"], now)


def _ghost(key, entry, session, forum, rooms, now):
    shown = session or {"code": "", "zh": "", "en": "", "kind": "", "people": [], "language": ""}
    return {
        "key": key, "entry": {**entry, "state": "cancelled"}, "seq": entry["seq"] + (entry["state"] != "cancelled"), "changed": instant(now),
        "session": session and {**shown, "abstract_zh": "", "abstract_en": "", "slots": []},
        "forum": {**forum, "summary_zh": "", "summary_en": "", "sessions": [], "parts": []},
        "room": rooms.get(str(entry["room"])),
    }  # fmt: skip
