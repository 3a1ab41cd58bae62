"""Random text by a small pattern: [A-Z0-9] classes, (a|b) choices, {n} and {n,m} counts, ? for half of the time,
\\ before a sign that stands for itself. Layouts of numbers are written down with it in values.py."""
import functools
import string


def _class(pattern, at):
    """The characters of a class, and where it ends."""
    characters, at = "", at + 1
    while pattern[at] != "]":
        if pattern[at + 1] == "-" and pattern[at + 2] != "]":
            characters += "".join(map(chr, range(ord(pattern[at]), ord(pattern[at + 2]) + 1)))
            at += 3
        else:
            characters += pattern[at]
            at += 1
    return characters, at + 1


def _count(pattern, at):
    if at < len(pattern) and pattern[at] == "?":
        return (0, 1), at + 1
    if at < len(pattern) and pattern[at] == "{":
        end = pattern.index("}", at)
        low, _, high = pattern[at + 1:end].partition(",")
        return (int(low), int(high or low)), end + 1
    return (1, 1), at


def _choices(pattern, at):
    """[[(item, counts)...]...] up to the closing bracket: an item is characters to choose from, or choices again."""
    choices = [[]]
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            choices.append([])
            at += 1
            continue
        if pattern[at] == "(":
            item, at = _choices(pattern, at + 1)
            at += 1
        elif pattern[at] == "[":
            item, at = _class(pattern, at)
        else:
            at += pattern[at] == "\\"
            item, at = pattern[at], at + 1
        counts, at = _count(pattern, at)
        choices[-1].append((item, counts))
    return choices, at


@functools.lru_cache(maxsize=None)
def _parsed(pattern):
    choices, end = _choices(pattern, 0)
    if end != len(pattern):
        raise ValueError(f"template '{pattern}': bracket at {end}")
    return choices


def _fill(rng, choices):
    text = ""
    for item, (low, high) in choices[rng.randrange(len(choices))]:
        for _ in range(low if low == high else rng.randint(low, high)):
            text += rng.choice(item) if isinstance(item, str) else _fill(rng, item)
    return text


def fill(rng, pattern):
    return _fill(rng, _parsed(pattern))


def digits(rng, count):
    return "".join(rng.choice(string.digits) for _ in range(count))
